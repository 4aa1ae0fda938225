// A program that a test starts, with an environment of its own and its output kept.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace tests {

class ChildProcess {
  public:
    // `environment` has NAME=VALUE entries; nothing is inherited.
    ChildProcess(const std::string& program, const std::vector<std::string>& environment);
    // Kills the program where it still runs.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void send_signal(int signal) const;

    // Closes the reading end of its standard output.
    void close_output();

    struct End {
        int status;  // the exit status, or minus the number of the signal that ended it
        std::string standard_output;
        std::string standard_error;
    };
    // Waits for the end; a program that prints nothing for half a minute is killed.
    End wait();

  private:
    pid_t pid_ = -1;
    int output_ = -1;
    int error_ = -1;
};

}  // namespace tests
