// SPDX-License-Identifier: MIT
#include "panel.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>

namespace {

using namespace tickwork;
using namespace tickwork::webui;
namespace fs = std::filesystem;

std::string manifest(const std::string& extra = "") {
  return "id = \"org.example.heat\"\nname = \"Heat\"\nversion = \"1.0\"\nvendor = \"Example\"\n"
         "api = 1\nelement = \"example-heat\"\nmodule = \"panel.js\"\n" +
         extra;
}

std::map<std::string, std::string> files(const std::string& text) {
  return {{"panel.toml", text}, {"panel.js", "export const api = 1;"}};
}

TEST(Panel, AGoodManifestIsListed) {
  const Panel panel =
      make_panel({"heat", false},
                 files(manifest("[options.scale]\ntype = \"enum\"\nvalues = [\"log\"]\n")), {});
  EXPECT_EQ(panel.error, "");
  const auto entry = boost::json::parse(panel.json);
  EXPECT_EQ(entry.at("trust"), "frame");
  EXPECT_EQ(entry.at("bundled"), false);
  EXPECT_EQ(entry.at("url").as_string(), "/panels/org.example.heat/" + panel.hash + "/panel.js");
  EXPECT_EQ(entry.at("options").at("scale").at("values"), boost::json::array{"log"});
}

TEST(Panel, TrustComesFromTheProductOrTheAdministrator) {
  const auto trust = [](const PanelSource& source, const std::set<std::string>& trusted) {
    return boost::json::parse(make_panel(source, files(manifest()), trusted).json).at("trust");
  };
  EXPECT_EQ(trust({"heat", true}, {}), "page");
  EXPECT_EQ(trust({"heat", false}, {"org.example.heat"}), "page");
  EXPECT_EQ(trust({"heat", false}, {"org.example.other"}), "frame");
}

TEST(Panel, EveryMistakeIsNamed) {
  const auto error = [](std::map<std::string, std::string> all) {
    return make_panel({"heat", false}, std::move(all), {}).error;
  };
  EXPECT_NE(error(files("id = ")).find("heat/panel.toml:1"), std::string::npos);
  EXPECT_NE(error(files("id = \"org.example.heat\"")).find("element"), std::string::npos);
  EXPECT_NE(error({{"panel.toml", manifest()}}).find("panel.js does not exist"), std::string::npos);
  EXPECT_NE(error(files(manifest("[options.x]\ntype = \"colour\"\n"))).find("options.x"),
            std::string::npos);
  const auto named = [](const std::string& from, const std::string& to) {
    std::string text = manifest();
    return files(text.replace(text.find(from), from.size(), to));
  };
  EXPECT_NE(error(named("org.example.heat", "../etc")).find("reverse domain"), std::string::npos);
  EXPECT_NE(error(named("example-heat", "heat")).find("hyphen"), std::string::npos);
  EXPECT_NE(error(named("api = 1", "api = 2")).find("api"), std::string::npos);
  auto large = files(manifest());
  large["data.json"].assign(2 << 20, 'x');
  EXPECT_NE(error(large).find("1 MiB"), std::string::npos);
}

TEST(Panel, TheHashFollowsTheFiles) {
  auto changed = files(manifest());
  changed["panel.js"] += "\n";
  EXPECT_NE(make_panel({"heat", false}, files(manifest()), {}).hash,
            make_panel({"heat", false}, changed, {}).hash);
}

class Folder : public ::testing::Test {
 protected:
  Folder() { fs::create_directories(root_ / "heat"); }
  ~Folder() override { fs::remove_all(root_); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream{root_ / "heat" / name} << text;
  }
  fs::path root_ = fs::temp_directory_path() / ("tw-panels-" + std::to_string(getpid()));
};

tw_host bare_host() {
  tw_host host{};
  host.size = sizeof host;
  host.name = "services.webui";
  host.log = [](const tw_host*, int, tw_str) {};
  host.ext = [](const tw_host*, const char*) -> const void* { return nullptr; };
  return host;
}

TEST_F(Folder, AFolderAppearsAndChangesWithoutARestart) {
  const tw_host host = bare_host();
  PanelCatalogue catalogue{Host{&host}, root_ / "none", {root_}, {}};
  EXPECT_EQ(catalogue.json(), "[]");
  write("panel.js", "export const api = 1;");
  write("panel.toml", manifest());
  PanelList list = catalogue.list();
  ASSERT_EQ(list.size(), 1u);
  const std::string old = list[0]->hash;
  ASSERT_TRUE(catalogue.find("org.example.heat", old));
  write("panel.js", "export const api = 1; // second");
  const std::string fresh = catalogue.list()[0]->hash;
  EXPECT_NE(fresh, old);
  EXPECT_TRUE(catalogue.find("org.example.heat", old)) << "an open page may still need it";
  EXPECT_TRUE(catalogue.find("org.example.heat", fresh));
  EXPECT_FALSE(catalogue.find("org.example.heat", "0123456789abcdef"));
}

TEST_F(Folder, TheProductsPanelsAreGood) {
  const tw_host host = bare_host();
  PanelCatalogue catalogue{Host{&host}, fs::path{"../../panels"}, {}, {}};
  std::set<std::string> ids;
  for (const auto& panel : catalogue.list()) {
    EXPECT_EQ(panel->error, "");
    ids.insert(panel->id);
  }
  for (const char* name : {"line", "stat", "gauge", "table", "alerts"})
    EXPECT_TRUE(ids.count(std::string{"org.tickwork."} + name)) << name;
}

}  // namespace
