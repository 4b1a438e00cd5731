#include <gtest/gtest.h>

#include <string_view>
#include <tickwork/kind/panel.h>
#include <tickwork/testing.hpp>

static const tw_panel& panel() {
  for (const tw_ext* ext = TW_MODULE_SYMBOL.plugins[0]->exts; ext->id; ext++)
    if (std::string_view{ext->id} == TW_PANEL) return *static_cast<const tw_panel*>(ext->vtable);
  throw std::runtime_error{"@ID@ is no panel"};
}

TEST(@CLASS@, NamesItsElementAndModule) {
  const std::string_view manifest = panel().manifest;
  EXPECT_NE(manifest.find("element = \"x-@NAME@\""), manifest.npos);
  EXPECT_NE(manifest.find("module = \"panel.js\""), manifest.npos);
}

TEST(@CLASS@, BringsTheModule) {
  const tw_file& file = panel().files[0];
  EXPECT_STREQ(file.path, "panel.js");
  const std::string_view script{static_cast<const char*>(file.data), file.len};
  EXPECT_NE(script.find("export default class"), script.npos);
  EXPECT_EQ(script.find('\0'), script.npos);
}
