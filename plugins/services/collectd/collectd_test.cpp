// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>

#include "kit/listener/testing.hpp"
#include "packet.hpp"

using namespace tickwork;
using namespace tickwork::collectd;
using tickwork::listener::Client;
using tickwork::listener::KeptLines;

namespace {

std::string number(uint64_t value, size_t bytes) {
  std::string out;
  while (bytes-- > 0) out += static_cast<char>(value >> 8 * bytes);
  return out;
}
std::string part(unsigned kind, const std::string& payload) {
  return number(kind, 2) + number(payload.size() + 4, 2) + payload;
}
std::string text(unsigned kind, const std::string& value) { return part(kind, value + '\0'); }

struct Value {
  int kind;
  uint64_t bits;
};
Value gauge(double value) { return {1, __builtin_bswap64(std::bit_cast<uint64_t>(value))}; }
std::string values(const std::vector<Value>& all) {
  std::string payload = number(all.size(), 2);
  for (const Value& value : all) payload += static_cast<char>(value.kind);
  for (const Value& value : all) payload += number(value.bits, 8);
  return part(6, payload);
}

const std::string types =
    "# name sources\nload\tshortterm:GAUGE:0:5000, midterm:GAUGE:0:5000\ncpu value:DERIVE:0:U\n"
    "old a:ABSOLUTE:0:U\nbroken x:NOTHING:0:U\ncounted value:COUNTER:U:U\n";

std::string head(const std::string& plugin, const std::string& type) {
  return text(0, "h") + part(8, number((uint64_t{1700000000} << 30) + (1 << 29), 8)) +
         text(2, plugin) + text(4, type);
}

std::string parsed(const std::string& packet, Multivalue multivalue = Multivalue::split) {
  TypesDb db;
  db.add(types);
  PacketParser parser{db, multivalue};
  listener::PointBuffer points;
  std::string out, why;
  parser.parse(packet, 7, points, why);
  const tw_batch batch = points.batch();
  for (size_t i = 0; i < batch.count; ++i) out += tickwork::testing::line(batch.points[i]) + "\n";
  return out + why;
}

// tests/differential/listeners.py compares the same with InfluxDB.
TEST(CollectdPacket, SplitsOrJoins) {
  const std::string packet = head("load", "load") + text(3, "i") + values({gauge(0.5), gauge(2)}) +
                             text(5, "t") + values({gauge(1), gauge(NAN)});
  EXPECT_EQ(
      parsed(packet),
      "load_shortterm,host=h,instance=i,type=load value=0.5 1700000000500000000\n"
      "load_midterm,host=h,instance=i,type=load value=2 1700000000500000000\n"
      "load_shortterm,host=h,instance=i,type=load,type_instance=t value=1 1700000000500000000\n");
  EXPECT_EQ(parsed(packet, Multivalue::join),
            "load,host=h,instance=i,type=load shortterm=0.5,midterm=2 1700000000500000000\n");
}

TEST(CollectdPacket, KnowsEveryKindOfValue) {
  EXPECT_EQ(parsed(text(2, "p") + part(1, number(5, 8)) + text(4, "cpu") +
                   values({{2, static_cast<uint64_t>(-3)}}) + values({gauge(2.75)}) +
                   text(4, "counted") + values({{0, 9}}) + text(4, "old") + values({{3, 8}})),
            "p_value,type=cpu value=-3 5000000000\np_value,type=cpu value=2 5000000000\n"
            "p_value,type=counted value=9 5000000000\np_a,type=old value=8 5000000000\n");
}

TEST(CollectdPacket, RefusesByWords) {
  EXPECT_EQ(parsed(head("p", "none") + values({gauge(1)})), "type \"none\" is not in typesdb");
  EXPECT_EQ(parsed(head("p", "load") + values({gauge(1)})),
            "type \"load\" has 2 values in typesdb, 1 came");
  EXPECT_EQ(parsed(head("p", "cpu") + values({gauge(1)}) + "\1"),
            "p_value,host=h,type=cpu value=1 1700000000500000000\na packet ends within a part");
  EXPECT_EQ(parsed(part(0x200, std::string(32, 'x'))),
            "signed packets are not supported, set SecurityLevel \"None\" in collectd.conf");
  EXPECT_EQ(parsed(part(0x210, std::string(32, 'x'))),
            "encrypted packets are not supported, set SecurityLevel \"None\" in collectd.conf");
  EXPECT_EQ(parsed(number(0, 2) + number(4, 2)), "a part has the impossible length 4");
  EXPECT_EQ(parsed(part(0, "abc")), "a text does not end with a zero byte");
  EXPECT_EQ(parsed(part(8, std::string(8, '\xff'))), "a time is out of range");
  EXPECT_EQ(parsed(part(6, number(2, 2) + "xy")), "values of another number than announced");
  EXPECT_EQ(parsed(head("p", "cpu") + values({{7, 0}})), "a value of the unknown kind 7");
}

TEST(Collectd, TakesDatagrams) {
  const std::string path = ::testing::TempDir() + "/tickwork-types.db";
  std::ofstream{path} << types;
  tickwork::testing::Host host;
  KeptLines kept{host};
  auto service =
      host.create("services.collectd",
                  "bind = '127.0.0.1:0'\nbatch_timeout = '20ms'\ntypesdb = '" + path + "'");
  ASSERT_TRUE(service) << service.error();
  ASSERT_EQ(service.start(), "");
  Client client{host, SOCK_DGRAM};
  client.send(head("p", "cpu") + values({gauge(1)}));
  client.send("nonsense");
  client.send(head("q", "cpu") + values({gauge(2)}));
  EXPECT_EQ(kept.wait(2),
            "p_value,host=h,type=cpu value=1 1700000000500000000\n"
            "q_value,host=h,type=cpu value=2 1700000000500000000\n");
  EXPECT_TRUE(host.logged("refused from collectd: a part has the impossible length"));
  EXPECT_EQ(kept.defined(), "collectd ");
}

TEST(Collectd, ChecksItsOptions) {
  tickwork::testing::Host host;
  KeptLines kept{host};
  EXPECT_EQ(host.create("services.collectd", "typesdb = '/nowhere'").error(),
            "cannot read typesdb /nowhere; collectd installs one as /usr/share/collectd/types.db");
  EXPECT_EQ(
      host.create("services.collectd", "typesdb = '/dev/null'\nparse_multivalue = 'x'").error(),
      "parse_multivalue = \"x\" is neither \"split\" nor \"join\"");
}

}  // namespace
