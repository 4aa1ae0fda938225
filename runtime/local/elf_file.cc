#include "runtime/local/elf_file.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <elf.h>

#include <fmt/format.h>

namespace local {
namespace {

constexpr std::size_t kEntriesMax = 4'096;  // of each table: no real file has as many

base::Error bad_elf(std::string message) {
    return {base::ErrorKind::data_invalid, "read the executable: " + std::move(message)};
}

std::optional<int> number_of(std::string_view text) {
    int number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    base::Result<ElfFile> read() {
        const auto header = at<Elf64_Ehdr>(0);
        if (!is_elf(bytes_) || !header) return bad_elf("it is no ELF file, or is cut off");
        if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB)
            return bad_elf("it is not of 64 bits, little-endian");
        ElfFile file{.machine = header->e_machine == EM_X86_64    ? Machine::x86_64
                                : header->e_machine == EM_AARCH64 ? Machine::arm64
                                                                  : Machine::other};
        if (!read_segments(*header, file)) return bad_elf("its program headers are cut off");
        file.is_executable = header->e_type == ET_EXEC || (header->e_type == ET_DYN && has_entry_);
        if (dynamic_ && !read_dynamic(dynamic_->p_offset, file))
            return bad_elf("its dynamic section is cut off");
        return file;
    }

  private:
    template <typename T>
    [[nodiscard]] std::optional<T> at(std::uint64_t offset) const {
        if (offset > bytes_.size() || sizeof(T) > bytes_.size() - offset) return std::nullopt;
        T value;
        std::memcpy(&value, bytes_.data() + offset, sizeof(T));
        return value;
    }

    // The text that ends with a NUL.
    [[nodiscard]] std::optional<std::string> text_at(std::uint64_t offset) const {
        if (offset >= bytes_.size()) return std::nullopt;
        const std::size_t end = bytes_.find('\0', offset);
        if (end == std::string_view::npos) return std::nullopt;
        return std::string(bytes_.substr(offset, end - offset));
    }

    // The place in the file of an address in memory.
    [[nodiscard]] std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
        for (const Elf64_Phdr& segment : loads_) {
            if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
                return segment.p_offset + (address - segment.p_vaddr);
        }
        return std::nullopt;
    }

    bool read_segments(const Elf64_Ehdr& header, ElfFile& file) {
        has_entry_ = header.e_entry != 0;
        for (std::size_t i = 0; i < header.e_phnum; ++i) {
            const auto segment = at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
            if (!segment) return false;
            if (segment->p_type == PT_LOAD) loads_.push_back(*segment);
            if (segment->p_type == PT_DYNAMIC) dynamic_ = *segment;
            if (segment->p_type != PT_INTERP) continue;
            auto interpreter = text_at(segment->p_offset);
            if (!interpreter) return false;
            file.interpreter = *std::move(interpreter);
        }
        return true;
    }

    bool read_dynamic(std::uint64_t begin, ElfFile& file) const {
        std::vector<std::uint64_t> needed;
        std::optional<std::uint64_t> texts;
        std::optional<std::uint64_t> versions;
        std::uint64_t versions_count = 0;
        for (std::size_t i = 0; i < kEntriesMax; ++i) {
            const auto entry = at<Elf64_Dyn>(begin + i * sizeof(Elf64_Dyn));
            if (!entry) return false;
            if (entry->d_tag == DT_NULL) break;
            if (entry->d_tag == DT_NEEDED) needed.push_back(entry->d_un.d_val);
            if (entry->d_tag == DT_STRTAB) texts = offset_of(entry->d_un.d_ptr);
            if (entry->d_tag == DT_VERNEED) versions = offset_of(entry->d_un.d_ptr);
            if (entry->d_tag == DT_VERNEEDNUM) versions_count = entry->d_un.d_val;
        }
        if (needed.empty() && !versions) return true;
        if (!texts) return false;
        for (const std::uint64_t name : needed) {
            auto text = text_at(*texts + name);
            if (!text) return false;
            file.needed.push_back(*std::move(text));
        }
        return !versions || read_versions(*versions, versions_count, *texts, file);
    }

    bool read_versions(std::uint64_t offset, std::uint64_t count, std::uint64_t texts,
                       ElfFile& file) const {
        for (std::size_t i = 0; i < std::min<std::uint64_t>(count, kEntriesMax); ++i) {
            const auto library = at<Elf64_Verneed>(offset);
            if (!library) return false;
            std::uint64_t version_offset = offset + library->vn_aux;
            for (std::size_t j = 0; j < library->vn_cnt; ++j) {
                const auto version = at<Elf64_Vernaux>(version_offset);
                if (!version) return false;
                const auto name = text_at(texts + version->vna_name);
                if (!name) return false;
                take_version(*name, file);
                if (version->vna_next == 0) break;
                version_offset += version->vna_next;
            }
            if (library->vn_next == 0) break;
            offset += library->vn_next;
        }
        return true;
    }

    // GLIBC_2.34; GLIBC_PRIVATE and those of other libraries are passed over.
    static void take_version(std::string_view name, ElfFile& file) {
        constexpr std::string_view kGlibc = "GLIBC_";
        if (!name.starts_with(kGlibc)) return;
        name.remove_prefix(kGlibc.size());
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos) return;
        const auto major = number_of(name.substr(0, dot));
        name.remove_prefix(dot + 1);
        const auto minor = number_of(name.substr(0, name.find('.')));
        if (!major || !minor) return;
        const GlibcVersion version{*major, *minor};
        file.glibc = std::max(file.glibc.value_or(version), version);
    }

    std::string_view bytes_;
    std::vector<Elf64_Phdr> loads_;
    std::optional<Elf64_Phdr> dynamic_;
    bool has_entry_ = false;
};

}  // namespace

bool is_elf(std::string_view bytes) {
    return bytes.starts_with(std::string_view(ELFMAG, SELFMAG));
}

base::Result<ElfFile> read_elf(std::string_view bytes) {
    return Reader(bytes).read();
}

}  // namespace local
