// SPDX-License-Identifier: MIT
#include "isolate/remote.hpp"

#include <cstring>
#include <utility>

#include "graph/guard.hpp"
#include "graph/runtime.hpp"
#include "isolate/host_services.hpp"
#include "isolate/wire.hpp"

namespace tickwork::host {

namespace {

constexpr size_t most_served = 1024;  // calls of one process at a time
constexpr std::chrono::seconds destroy_limit{2}, wake_limit{1};

std::string seconds(Nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

Remote::Remote(RemotePlugin plugin, RemoteLimits limits, Spawner& spawner, Workers& workers,
               Died died)
    : Callee{0},
      plugin_{std::move(plugin)},
      limits_{limits},
      spawner_{spawner},
      workers_{workers},
      died_{std::move(died)} {}

Remote::~Remote() { end_link(); }

std::shared_ptr<Link> Remote::link() const {
  const std::lock_guard held{lock_};
  return link_;
}

bool Remote::alive() const {
  const auto now = link();
  return now && now->alive();
}

uint64_t Remote::memory() const {
  const auto now = link();
  return now ? now->memory() : 0;
}

bool Remote::off() const {
  const std::lock_guard held{lock_};
  return deaths_.off();
}

uint64_t Remote::deaths() const {
  const std::lock_guard held{lock_};
  return deaths_.all();
}

int64_t Remote::not_before_ns() const {
  const std::lock_guard held{lock_};
  return deaths_.not_before_ns();
}

Packer Remote::creation() const {
  Packer request = request_of(Method::create);
  for (const std::string& text : {plugin_.file, plugin_.id}) request.text(text);
  request.text(host_->name);
  request.text(host_->version);
  request.put(limits_.memory);
  request.put(limits_.open_files);
  request.put(static_cast<uint32_t>(plugin_.exts.size()));
  for (const std::string& ext : plugin_.exts) request.text(ext);
  pack_config(request, config_);
  return request;
}

tw_status Remote::begin(tw_error* error) {
  const auto process = spawner_.start({host_->name, limits_.filtered, plugin_.library});
  if (!process) return fail(error, process.failure().status, process.failure().message);
  const auto made = std::make_shared<Link>(*process, limits_.ping);
  {
    const std::lock_guard held{lock_};
    link_ = made;
  }
  made->begin(
      [this](const std::shared_ptr<Link>& link, Frame&& frame) { receive(link, std::move(frame)); },
      [this](Link& link, const std::string& why) { ended(link, why); });
  const Answer answer = made->channel().call(creation());
  if (answer.status >= 0) {
    tell_unfiltered(answer);
    const std::lock_guard held{lock_};
    language_.assign(answer.bytes.data, answer.bytes.len);
    return answer.status;
  }
  const bool alive = made->alive();
  if (alive) made->finish();
  return fail(error, answer.status, alive ? answer.message : answer.message + " in create");
}

// Once: its successors run on the same kernel.
void Remote::tell_unfiltered(const Answer& created) {
  if (created.value == 0 || std::exchange(told_unfiltered_, true)) return;
  const std::string text =
      std::string{"its system calls are not filtered, as the kernel permits no filter here: "} +
      std::strerror(static_cast<int>(created.value));
  host_->log(host_, TW_LOG_WARN, {text.data(), text.size()});
}

tw_status Remote::create(const tw_host* host, const tw_config* config, tw_error* error) {
  host_ = host;
  config_ = config;
  services_ = std::make_unique<HostServices>(host, *this);
  return begin(error);
}

tw_status Remote::start(tw_error* error) {
  const auto before = link();
  if (!before || !before->alive()) {
    if (before) before->wait_gone();
    if (off()) return fail(error, TW_E_UNSUPPORTED, "its process died too often");
    if (monotonic_now() < not_before_ns()) {
      return fail(error, TW_E_IO, "its process died; it is started again later");
    }
    if (const tw_status status = begin(error); status < 0) return status;
  }
  const tw_status status = call(request(Method::start), error);
  if (status < 0 && !link()->alive() && error) {
    fail(error, status, std::string{error->message} + " in start");
  }
  if (status >= 0) listen_again();
  return status;
}

// What listened to an earlier process listens to this one.
void Remote::listen_again() {
  for (const uint64_t key : services_->listeners().keys()) {
    Packer again = request(Method::listen);
    again.put(key);
    call(again, nullptr);
  }
}

Listeners& Remote::listeners() { return services_->listeners(); }

std::string Remote::language() const {
  const std::lock_guard held{lock_};
  return language_;
}

tw_status Remote::stop(tw_error* error) {
  const auto now = link();
  if (!now) return TW_OK;
  const tw_status status = now->alive() ? call(request(Method::stop), error) : TW_OK;
  if (now->alive()) return status;
  now->wait_gone();  // a process that ended before or over it has stopped; that it did is told of
  return TW_OK;
}

void Remote::destroy() {
  const auto now = link();
  if (now && now->alive()) {
    now->channel().call(request_of(Method::destroy), {},
                        std::chrono::steady_clock::now() + destroy_limit);
  }
  end_link();
}

void Remote::end_link() {
  if (const auto now = link()) now->finish();
  std::unique_lock held{lock_};
  changed_.wait(held, [this] { return serving_ == 0; });
}

void Remote::tell_stopping() {
  const auto now = link();
  if (now && now->alive()) now->channel().tell(request_of(Method::stopping));
}

void Remote::kill(const std::string& why) {
  if (const auto now = link()) now->kill(why);
}

// Of one process: it is gone with it.
class LinkObject final : public Callee {
 public:
  LinkObject(std::shared_ptr<Link> link, Listeners& listeners, uint64_t target)
      : Callee{target}, link_{std::move(link)}, listeners_{listeners} {}
  std::unique_ptr<Callee> object(uint64_t target) override {
    return std::make_unique<LinkObject>(link_, listeners_, target);
  }
  Listeners& listeners() override { return listeners_; }

 private:
  Answer send(const Packer& request, const TakePart& take) override {
    return link_->channel().call(request, take);
  }
  const std::shared_ptr<Link> link_;
  Listeners& listeners_;
};

std::unique_ptr<Callee> Remote::object(uint64_t target) {
  return std::make_unique<LinkObject>(link(), listeners(), target);
}

// A setup call has its limit from the instance, which kills the process then; a query takes as long
// as it takes.
Answer Remote::send(const Packer& request, const TakePart& take) {
  const auto now = link();
  if (!now) return Answer::failed(TW_E_NOT_FOUND, "has no process");
  const Method method = method_of(request);
  std::optional<Channel::Deadline> deadline;
  const bool bounded = !(method == Method::start || method == Method::stop ||
                         (method >= Method::scan && method <= Method::release));
  if (bounded) {
    const Nanoseconds limit = method == Method::wake ? wake_limit : limits_.call;
    deadline = std::chrono::steady_clock::now() + limit;
  }
  Answer answer = now->channel().call(request, take, deadline);
  if (answer.threw) {
    // Nobody knows what it looks like inside now.
    now->kill(answer.message);
  } else if (answer.status == TW_E_CANCELLED && answer.payload.size == 0) {
    answer.message =
        "did not return from " + std::string{name_of(method)} + " in " + seconds(limits_.call);
    answer.status = TW_E_IO;
    now->kill(answer.message);
  }
  return answer;
}

void Remote::arrived(std::span<tw_point> points) { services_->mark(points, link().get()); }

void Remote::receive(const std::shared_ptr<Link>& link, Frame&& frame) {
  if (frame.type == FrameType::tell) {
    Unpacker in = frame.payload.unpack();
    services_->told(in);
    return;
  }
  {
    const std::lock_guard held{lock_};
    if (serving_ >= most_served) return link->kill("asked for too much at a time");
    ++serving_;
  }
  workers_.post([this, link, kept = std::make_shared<Frame>(std::move(frame))] {
    Served call{link->channel(), std::move(*kept)};
    call.answer(services_->serve(call, link));
    const std::lock_guard held{lock_};
    if (--serving_ == 0) changed_.notify_all();
  });
}

void Remote::ended(Link& link, const std::string& why) {
  {
    const std::lock_guard held{lock_};
    deaths_.note(link.born_ns(), monotonic_now());
  }
  services_->forget(link);
  if (died_) died_(why);
}

}  // namespace tickwork::host
