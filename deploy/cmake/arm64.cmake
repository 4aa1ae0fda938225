# Cross-building the arm64 bootstraps on an x86_64 machine: Debian's cross compiler, and the archives and headers of Debian's
# arm64 packages that deploy/fetch_sysroot unpacks. Code is for ARMv8-A, which each of Lambda's arm64 processors runs.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc-12)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++-12)

get_filename_component(LAKEFEED_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/../../build/sysroot/arm64" ABSOLUTE)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH "${LAKEFEED_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# The folders stand before the cross compiler's own. Its glibc is Debian's first build of the release; libc6-dev has
# the security updates.
set(sysroot_headers "-isystem \"${LAKEFEED_SYSROOT}/usr/include/aarch64-linux-gnu\" -isystem \"${LAKEFEED_SYSROOT}/usr/include\"")
set(CMAKE_C_FLAGS_INIT "${sysroot_headers}")
set(CMAKE_CXX_FLAGS_INIT "${sysroot_headers}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -B\"${LAKEFEED_SYSROOT}/usr/lib/aarch64-linux-gnu/\"")
