// boomer under the benchmark's master: the same request as every other contestant, by net/http or fasthttp, or nothing at all.
//
//	boomer-bench -kind=fasthttp -url=http://127.0.0.1:8080/ --master-port=5557
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/myzhan/boomer"
	"github.com/valyala/fasthttp"
)

func main() {
	kind := flag.String("kind", "noop", "noop, nethttp or fasthttp")
	url := flag.String("url", "", "what to GET")
	flag.Parse()
	tasks := map[string]func(){"noop": noop, "nethttp": netHTTP(*url), "fasthttp": fastHTTP(*url)}
	fn, known := tasks[*kind]
	if !known {
		log.Fatalf("unknown kind %q", *kind)
	}
	boomer.Run(&boomer.Task{Name: *kind, Weight: 1, Fn: fn})
}

func noop() {
	start := time.Now()
	boomer.RecordSuccess("noop", "noop", time.Since(start).Milliseconds(), 0)
}

func netHTTP(url string) func() {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 20000}}
	return func() {
		start := time.Now()
		response, err := client.Get(url)
		if err != nil {
			boomer.RecordFailure("GET", "/", time.Since(start).Milliseconds(), err.Error())
			return
		}
		bytes, err := io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if err != nil {
			boomer.RecordFailure("GET", "/", time.Since(start).Milliseconds(), err.Error())
			return
		}
		boomer.RecordSuccess("GET", "/", time.Since(start).Milliseconds(), bytes)
	}
}

func fastHTTP(url string) func() {
	client := &fasthttp.Client{MaxConnsPerHost: 20000}
	return func() {
		request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(request)
		defer fasthttp.ReleaseResponse(response)
		request.SetRequestURI(url)
		start := time.Now()
		if err := client.Do(request, response); err != nil {
			boomer.RecordFailure("GET", "/", time.Since(start).Milliseconds(), err.Error())
			return
		}
		boomer.RecordSuccess("GET", "/", time.Since(start).Milliseconds(), int64(len(response.Body())))
	}
}
