// SPDX-License-Identifier: MIT
#include "listener.hpp"

namespace tickwork::listener {

size_t Lines::feed(std::string_view bytes, const std::function<void(std::string_view)>& take) {
  size_t used = 0;
  if (skipping_) {
    const size_t end = bytes.find('\n');
    if (end == bytes.npos) return bytes.size();
    skipping_ = false;
    used = end + 1;
  }
  const size_t end = bytes.rfind('\n');
  if (end != bytes.npos && end + 1 > used) {
    take(bytes.substr(used, end + 1 - used));
    used = end + 1;
  }
  if (bytes.size() - used <= most_) return used;
  complaints_.note("refused a line of more than " + std::to_string(most_) + " bytes, it begins " +
                   std::string{bytes.substr(used, 60)});
  skipping_ = true;
  return bytes.size();
}

Handlers line_handlers(Complaints& complaints, std::function<void(std::string_view)> datagram,
                       std::function<void(std::string_view)> lines) {
  return {std::move(datagram), [&complaints, lines = std::move(lines)] {
            return std::make_unique<LineSession>(complaints, lines);
          }};
}

Handlers line_handlers(Complaints& complaints, std::function<void(std::string_view)> text) {
  return line_handlers(complaints, text, text);
}

void Lines::end(std::string_view rest) {
  if (!rest.empty() && !skipping_) {
    complaints_.note(
        "refused an unfinished line at the end of a connection, end it with a newline: " +
        std::string{rest.substr(0, 200)});
  }
}

}  // namespace tickwork::listener
