// SPDX-License-Identifier: MIT
#include "graph/arrow_hold.hpp"

#include <cerrno>

#include "graph/instance.hpp"

namespace tickwork::host {

namespace {

template <class Object>
struct Held {
  Object original;
  std::shared_ptr<Instance> producer;

  Held(const Object& object, std::shared_ptr<Instance> p)
      : original{object}, producer{std::move(p)} {
    producer->hold();
  }
  ~Held() {
    if (original.release) original.release(&original);
    producer->let_go();
  }
};

template <class Object>
void release_held(Object* object) {
  delete static_cast<Held<Object>*>(object->private_data);
  object->release = nullptr;
}

Held<ArrowArrayStream>& held(ArrowArrayStream* stream) {
  return *static_cast<Held<ArrowArrayStream>*>(stream->private_data);
}

template <class Call>
int guarded_errno(Call&& call) {
  bool threw = false;
  int code = 0;
  guarded(nullptr, threw, [&] {
    code = call();
    return TW_OK;
  });
  return threw ? EIO : code;
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  auto& original = held(stream).original;
  return guarded_errno([&] { return original.get_schema(&original, out); });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto& original = held(stream).original;
  const int code = guarded_errno([&] { return original.get_next(&original, out); });
  if (code == 0) hold_array(*out, held(stream).producer);
  return code;
}

const char* get_last_error(ArrowArrayStream* stream) {
  auto& original = held(stream).original;
  return original.get_last_error(&original);
}

}  // namespace

void hold_array(ArrowArray& array, std::shared_ptr<Instance> producer) {
  if (!array.release) return;
  array.private_data = new Held<ArrowArray>{array, std::move(producer)};
  array.release = release_held<ArrowArray>;
}

void hold_stream(ArrowArrayStream& stream, std::shared_ptr<Instance> producer) {
  if (!stream.release) return;
  auto* kept = new Held<ArrowArrayStream>{stream, std::move(producer)};
  stream = {get_schema, get_next, get_last_error, release_held<ArrowArrayStream>, kept};
}

}  // namespace tickwork::host
