// All ways from a record to its line, against each other and against the oracle.
#pragma once

#include <string>

#include "common/dynamodb/change_line.h"
#include "common/dynamodb/line_walk.h"

namespace tests {

class OnePassCheck {
  public:
    explicit OnePassCheck(const dynamodb::LineSettings& settings)
        : settings_(settings), walk_(settings), plain_(settings) {}

    // Empty where all agree on this record, else what differs.
    std::string difference(const std::string& record);

    // Of the records so far: those that have a line, and those that the fast way took.
    [[nodiscard]] std::size_t lines() const { return lines_; }
    [[nodiscard]] std::size_t walked() const { return walked_; }

  private:
    dynamodb::LineSettings settings_;
    dynamodb::LineWalk walk_;
    dynamodb::ChangeLineWriter plain_;
    std::size_t lines_ = 0;
    std::size_t walked_ = 0;
};

}  // namespace tests
