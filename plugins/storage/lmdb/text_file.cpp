// SPDX-License-Identifier: MIT
#include "text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "durable_file.hpp"
#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t chunk = 1 << 20;
constexpr int gzip_window = 15 + 16;  // zlib: with gzip's head

}  // namespace

TextOutput::TextOutput(const CommandCall& call, const std::string& path, bool compress)
    : call_(call), path_(path) {
  if (path != "-") {
    file_ = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0660);
    if (file_ < 0) throw Failure(TW_E_IO, "cannot create " + path + ": " + std::strerror(errno));
  }
  if (!compress) return;
  stream_ = std::make_unique<z_stream>();
  if (deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Failure(TW_E_NOMEM, "cannot compress " + path + ": out of memory");
  }
}

TextOutput::~TextOutput() {
  if (stream_) deflateEnd(stream_.get());
  if (file_ >= 0) ::close(file_);
}

void TextOutput::put(std::string_view bytes) {
  if (file_ < 0) return call_.out(bytes);
  if (!write_all(file_, bytes))
    throw Failure(TW_E_IO, "cannot write " + path_ + ": " + std::strerror(errno));
}

void TextOutput::write_out(bool last) {
  if (!stream_) {
    put(buffer_);
    buffer_.clear();
    return;
  }
  std::string packed(chunk, '\0');
  stream_->next_in = reinterpret_cast<Bytef*>(buffer_.data());
  stream_->avail_in = static_cast<uInt>(buffer_.size());
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(packed.data());
    stream_->avail_out = static_cast<uInt>(packed.size());
    deflate(stream_.get(), last ? Z_FINISH : Z_NO_FLUSH);
    put(std::string_view(packed).substr(0, packed.size() - stream_->avail_out));
  } while (stream_->avail_out == 0);
  buffer_.clear();
}

void TextOutput::add(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= chunk) write_out(false);
}

void TextOutput::finish() {
  write_out(true);
  if (file_ < 0) return;
  const bool good = ::fsync(file_) == 0 || errno == EINVAL;  // a pipe has nothing to sync
  const int why = errno;
  ::close(file_);
  file_ = -1;
  if (!good) throw Failure(TW_E_IO, "cannot write " + path_ + ": " + std::strerror(why));
}

TextInput::TextInput(const std::string& path) : path_(path) {
  file_ = path == "-" ? gzdopen(::dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb");
  if (!file_) throw Failure(TW_E_IO, "cannot read " + path + ": " + std::strerror(errno));
  gzbuffer(file_, chunk);
}

TextInput::~TextInput() { gzclose(file_); }

bool TextInput::read(std::string& out, size_t most) {
  const size_t before = out.size();
  out.resize(before + most);
  const int n = gzread(file_, out.data() + before, static_cast<unsigned>(most));
  out.resize(before + static_cast<size_t>(n > 0 ? n : 0));
  int code = Z_OK;
  const char* why = gzerror(file_, &code);
  if (n < 0 || (n == 0 && code != Z_OK && code != Z_STREAM_END)) {
    if (code == Z_ERRNO) why = std::strerror(errno);
    throw Failure(TW_E_IO, "cannot read " + path_ + ": " + why);
  }
  return n > 0;
}

}  // namespace tickwork::lmdb
