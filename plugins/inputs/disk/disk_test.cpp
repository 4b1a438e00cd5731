// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "kit/procfs/case.hpp"

#include <fstream>

using namespace tickwork;

class Disk : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_), nullptr);
    mkdir((std::string{folder_} + "/1").c_str(), 0755);
    std::ofstream{std::string{folder_} + "/1/mountinfo"}
        << "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/mapper/root rw\n"
           "23 22 0:5 / /proc rw,nosuid - proc proc rw\n"
           "24 22 0:6 / /dev/shm ro - tmpfs tmpfs rw\n"
           "25 22 254:0 /x /usr rw - ext4 /dev/vdb rw\n";
    setenv("HOST_PROC", folder_, 1);
  }
  void TearDown() override { ASSERT_EQ(system(("rm -r " + std::string{folder_}).c_str()), 0); }
  std::string gather(const std::string& options) {
    tickwork::testing::Host host{options};
    return host.gather("inputs.disk");
  }
  char folder_[32] = "/tmp/tickwork-disk-XXXXXX";
};

TEST_F(Disk, TagsAndFields) {
  const std::string got = gather("ignore_fs = ['tmpfs']\nignore_mount_opts = ['bind']");
  EXPECT_EQ(got.find("disk,device=mapper/root,fstype=ext4,mode=rw,path=/ total="), 0u) << got;
  for (const char* field : {",free=", ",used=", ",used_percent=", ",inodes_total=", ",inodes_free=",
                            ",inodes_used=", ",inodes_used_percent="}) {
    EXPECT_NE(got.find(field), got.npos) << field;
  }
  EXPECT_EQ(got.find("/proc"), got.npos) << "a file system without blocks";
  EXPECT_EQ(got.find("/usr"), got.npos);
}

TEST_F(Disk, ChosenMountPoints) {
  EXPECT_EQ(
      gather("mount_points = ['/usr']").find("disk,device=vdb,fstype=ext4,mode=rw,path=/usr "), 0u);
}
