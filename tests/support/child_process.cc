#include "tests/support/child_process.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace tests {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

constexpr int kSilenceMsMax = 30'000;

// Reads both pipes to their ends, so that a full one does not stop the program. False where nothing
// came for too long.
bool read_both(int first, std::string& first_text, int second, std::string& second_text) {
    std::array<pollfd, 2> pipes = {{{first, POLLIN, 0}, {second, POLLIN, 0}}};
    const std::array<std::string*, 2> texts = {&first_text, &second_text};
    while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
        if (::poll(pipes.data(), pipes.size(), kSilenceMsMax) == 0) return false;
        for (std::size_t i = 0; i < pipes.size(); ++i) {
            if (pipes[i].fd < 0 || pipes[i].revents == 0) continue;
            std::array<char, 4096> buffer = {};
            const ssize_t count = ::read(pipes[i].fd, buffer.data(), buffer.size());
            if (count > 0) {
                texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
            } else {
                pipes[i].fd = -1;
            }
        }
    }
    return true;
}

}  // namespace

ChildProcess::ChildProcess(const std::string& program,
                           const std::vector<std::string>& environment) {
    std::array<int, 2> output = {};
    std::array<int, 2> error = {};
    EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(error.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions = {};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, error[1], STDERR_FILENO);
    std::vector<std::string> argument_texts = {program};
    std::vector<std::string> environment_texts = environment;
    const auto arguments = pointers_to(argument_texts);
    const auto variables = pointers_to(environment_texts);
    EXPECT_EQ(::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(),
                            variables.data()),
              0)
        << program;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(output[1]);
    ::close(error[1]);
    output_ = output[0];
    error_ = error[0];
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    close_output();
    ::close(error_);
}

void ChildProcess::close_output() {
    if (output_ >= 0) ::close(output_);
    output_ = -1;
}

void ChildProcess::send_signal(int signal) const {
    EXPECT_EQ(::kill(pid_, signal), 0);
}

ChildProcess::End ChildProcess::wait() {
    End end = {};
    if (!read_both(output_, end.standard_output, error_, end.standard_error)) {
        ADD_FAILURE() << "the program hangs";
        ::kill(pid_, SIGKILL);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    pid_ = -1;
    end.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return end;
}

}  // namespace tests
