// boomer under the benchmark's master: the same request as every other contestant, by net/http or fasthttp, or nothing at all.
// With -urls=N the path ends in a number below N, another one for each request.
//
//	boomer-bench -kind=fasthttp -url=http://127.0.0.1:8080/ -urls=1 --master-port=5557
package main

import (
	"flag"
	"io"
	"log"
	"math/rand"
	"net/http"
	"strconv"
	"time"

	"github.com/myzhan/boomer"
	"github.com/valyala/fasthttp"
)

func main() {
	kind := flag.String("kind", "noop", "noop, nethttp or fasthttp")
	url := flag.String("url", "", "what to GET")
	urls := flag.Int("urls", 1, "how many URLs")
	flag.Parse()
	next := func() string { return *url }
	if *urls > 1 {
		next = func() string { return *url + strconv.Itoa(rand.Intn(*urls)) }
	}
	tasks := map[string]func(){"noop": noop, "nethttp": netHTTP(next), "fasthttp": fastHTTP(next)}
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

func netHTTP(next func() string) func() {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 20000}}
	return func() {
		start := time.Now()
		response, err := client.Get(next())
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

func fastHTTP(next func() string) func() {
	client := &fasthttp.Client{MaxConnsPerHost: 20000}
	return func() {
		request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(request)
		defer fasthttp.ReleaseResponse(response)
		request.SetRequestURI(next())
		start := time.Now()
		if err := client.Do(request, response); err != nil {
			boomer.RecordFailure("GET", "/", time.Since(start).Milliseconds(), err.Error())
			return
		}
		boomer.RecordSuccess("GET", "/", time.Since(start).Milliseconds(), int64(len(response.Body())))
	}
}
