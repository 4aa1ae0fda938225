#include <gtest/gtest.h>

#include "runtime/local/runtime_api_emulator.h"

namespace local {
namespace {

TEST(CountedErrorType, KeepsWhatLambdaKeeps) {
    EXPECT_EQ(counted_error_type("Runtime.Unexpected"), "Runtime.Unexpected");
    EXPECT_EQ(counted_error_type("Function.X1"), "Function.Unknown");
    EXPECT_EQ(counted_error_type("Function.lower"), "Function.Unknown");
    EXPECT_EQ(counted_error_type("Function.X"), "Function.Unknown");
    EXPECT_EQ(counted_error_type("Runtime."), "Runtime.Unknown");
    EXPECT_EQ(counted_error_type("unhandled"), "Runtime.Unknown");
    EXPECT_EQ(counted_error_type(""), "Runtime.Unknown");
}

}  // namespace
}  // namespace local
