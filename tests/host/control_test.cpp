// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "cli/control_socket.hpp"

namespace tickwork::host {
namespace {

class Control : public ::testing::Test {
 protected:
  Control() {
    char name[] = "/tmp/tickwork-control-XXXXXX";
    folder_ = mkdtemp(name);
    path_ = folder_ + "/control";
  }
  ~Control() override { std::filesystem::remove_all(folder_); }

  // Serves one exchange while the other end runs.
  template <class F>
  std::vector<ControlRequest> served(const ControlSocket& socket, F other_end) {
    std::vector<ControlRequest> seen;
    std::thread caller{other_end};
    while (seen.empty() && !done_) {
      socket.serve([&](const ControlRequest& request) -> Result<std::string> {
        seen.push_back(request);
        if (request.words[0] == "fail") return Failure{TW_E_INVALID, "one\ntwo"};
        return "text of " + request.words[0] + "\n";
      });
      std::this_thread::yield();
    }
    caller.join();
    return seen;
  }

  std::string folder_, path_;
  std::atomic<bool> done_{false};
};

// A listener that was killed: its file stays.
void leave_socket(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path.c_str());
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(fd);
}

TEST_F(Control, TakesWordsAndABody) {
  const auto socket = ControlSocket::listen(path_);
  ASSERT_TRUE(socket) << socket.failure().message;
  const auto seen = served(*socket, [&] {
    const auto answer = ask_host(path_, "add lamp  inputs.cpu", "[[inputs.cpu]]\n\nx = 1\n");
    ASSERT_TRUE(answer) << answer.failure().message;
    EXPECT_EQ(*answer, "text of add\n");
  });
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].words, (std::vector<std::string>{"add", "lamp", "inputs.cpu"}));
  EXPECT_EQ(seen[0].body, "[[inputs.cpu]]\n\nx = 1\n");
  EXPECT_TRUE(seen[0].sender.starts_with("uid " + std::to_string(getuid()))) << seen[0].sender;
}

TEST_F(Control, TellsTheHostsErrorWhole) {
  const auto socket = ControlSocket::listen(path_);
  ASSERT_TRUE(socket);
  served(*socket, [&] {
    const auto answer = ask_host(path_, "fail", "");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.failure().message, "one\ntwo");
  });
}

TEST_F(Control, RefusesWhatIsTooMuch) {
  const auto socket = ControlSocket::listen(path_);
  ASSERT_TRUE(socket);
  const auto seen = served(*socket, [&] {
    EXPECT_FALSE(ask_host(path_, "add lamp", std::string(3 << 20, 'x')));
    done_ = true;
  });
  EXPECT_TRUE(seen.empty());
}

TEST_F(Control, ReplacesWhatAKilledHostLeft) {
  leave_socket(path_);
  const auto socket = ControlSocket::listen(path_);
  EXPECT_TRUE(socket) << socket.failure().message;
}

TEST_F(Control, LeavesOthersAlone) {
  const auto first = ControlSocket::listen(path_);
  ASSERT_TRUE(first);
  const auto second = ControlSocket::listen(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.failure().message,
            "control socket " + path_ + ": another process listens there");
  std::ofstream{folder_ + "/file"} << "precious";
  const auto file = ControlSocket::listen(folder_ + "/file");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.failure().message, "control socket " + folder_ + "/file: is there and no socket");
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/file"));
}

TEST_F(Control, RemovesItsFile) {
  { ASSERT_TRUE(ControlSocket::listen(path_)); }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace tickwork::host
