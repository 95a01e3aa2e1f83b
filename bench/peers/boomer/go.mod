module boomer-bench

go 1.22

require (
	github.com/myzhan/boomer v1.6.0
	github.com/valyala/fasthttp v1.77.0
)
