// A private folder for a test, and what it holds.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/lake/folder_store.h"

namespace lake {

class FolderTest : public testing::Test {
  protected:
    FolderTest() {
        std::string name = testing::TempDir() + "lake-XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name + "/";
    }
    ~FolderTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string at(const std::string& name) const { return folder_ + name; }
    void put(const std::string& name, const std::string& bytes) const {
        std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
        std::ofstream(at(name), std::ios::binary) << bytes;
    }
    [[nodiscard]] std::string content(const std::string& name) const {
        std::ostringstream bytes;
        bytes << std::ifstream(at(name), std::ios::binary).rdbuf();
        return bytes.str();
    }
    // All names below the folder but those of folders, hidden ones too, sorted.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
            if (!entry.is_directory())
                names.push_back(entry.path().string().substr(folder_.size()));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    std::string folder_;  // with a slash at its end
    FolderStore store_;
};

}  // namespace lake
