// The object store of this machine's folders. A key is a path, absolute or from the current folder.
//
// A file is written under a hidden name in its own folder (".lakefeed-<process>-<number>.part"),
// brought to the disk (fsync), and then renamed. Listings pass over these names; one is left behind
// only where the process or the machine is stopped dead. Folders that are missing are made, and
// stay.
#pragma once

#include <cstdint>

#include "common/lake/object_store.h"

namespace lake {

// Errors: access_denied (permissions, a disk that is read-only), rejected (a path that is no
// file's: a folder, a name too long), data_invalid (as the seam says), service_failed (the disk is
// full or fails). Messages say what was done, on which path, and where it helps the remedy.
class FolderStore final : public ObjectStore {
  public:
    base::Result<std::unique_ptr<ObjectReader>> open(const std::string& key) override;
    base::Result<std::unique_ptr<ObjectWriter>> create(const std::string& key,
                                                       std::string_view content_type) override;
    // Symbolic links are followed, but not to a folder that is being walked already; one that leads
    // nowhere is passed over, and so is what is neither file nor folder.
    base::Result<std::vector<ObjectInfo>> list(const std::string& prefix) override;
    base::Result<base::Done> remove(const std::string& key) override;

  private:
    std::uint64_t last_part_ = 0;
};

}  // namespace lake
