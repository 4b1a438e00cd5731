// SPDX-License-Identifier: MIT
#include "check/samples.hpp"

#include <fmt/format.h>

#include <array>

namespace tickwork::host::check {

testing::Points sample_points(size_t n) {
  testing::Points points;
  for (size_t i = 0; i < n; ++i) {
    const testing::Points one{fmt::format(
        "{},host=h{},region=north value={}.5,count={}i,up=true,text=\"row {}\" {}",
        i % 2 ? "cpu" : "mem", i % 3, i, i, i, 1'704'067'200'000'000'000 + i * 1'000'000'000)};
    points.add(one[0]);
    points[points.size() - 1].token = i + 1;
  }
  return points;
}

std::span<const std::string_view> sample_texts() {
  static constexpr std::array<std::string_view, 12> texts{
      "cpu,host=a value=1,n=2i 1704067200000000000\ncpu,host=b value=2.5 1704067201000000000\n",
      "m s=\"two\nlines\",t=true\nbad line\nm v=3\n",
      "{\"a\": 1, \"b\": {\"c\": 2.5}, \"s\": \"text\"}\n",
      "[{\"a\": 1}, {\"a\": 2}]\n",
      "time,host,value\n1704067200,a,1\n1704067201,b,2.5\n",
      "42\n",
      "43.5 x\n",
      "a=1 b=2.5 msg=\"hello world\"\nc=3\n",
      "servers.a.cpu.load 1.5 1704067200\nservers.b.cpu.load 2 1704067200\n",
      "# TYPE up gauge\nup{job=\"x\"} 1 1704067200000\nrequests_total 12\n",
      "requests:1|c\ntemp:20.5|g|#host:a\n",
      "<a><b x=\"1\">2</b></a>\n"};
  return texts;
}

}  // namespace tickwork::host::check
