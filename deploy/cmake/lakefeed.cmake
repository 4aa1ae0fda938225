# How lakefeed's targets are made: warnings, sanitizers, and one function per kind of target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(THREADS_PREFER_PTHREAD_FLAG ON)

# Asserts state what only a bug can break; they stay on in release, so no -DNDEBUG here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
    -ffunction-sections -fdata-sections -fstack-protector-strong -fvisibility=hidden)
# Paths of the build machine stay out of the binaries, which makes them the same wherever they are built.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -fmacro-prefix-map=${CMAKE_SOURCE_DIR}=.)
add_link_options(-Wl,--gc-sections)
include_directories(${CMAKE_SOURCE_DIR})

# RapidJSON 1.1.0 has a template member that clang refuses on sight, though nobody uses it, and a base class that C++17
# takes back. So clang reads a template where it is used; behind a precompiled header that breaks std::shuffle.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fdelayed-template-parsing;-Wno-delayed-template-parsing-in-cxx20;-Wno-deprecated-declarations>")
    add_link_options(-fuse-ld=lld)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(-g1 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    # GCC 12's optimizer warns of standard containers that are well.
    add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-maybe-uninitialized)
endif()
if(LAKEFEED_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        add_compile_options(-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizer_ignorelist.txt)
    endif()
    add_link_options(-fsanitize=address,undefined)
endif()

find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_path(LAKEFEED_FMT_HEADERS fmt/format-inl.h REQUIRED)

# Third-party headers and archives, under names of our own. Static archives only: the bootstrap is one
# fully static ELF, and the tests link the same code.
add_library(lakefeed_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cc)
# The fixed separator keeps <locale> out, which is a third of a small static binary. Nothing prints by locale.
target_compile_definitions(lakefeed_fmt PUBLIC "FMT_STATIC_THOUSANDS_SEPARATOR=','")
get_filename_component(LAKEFEED_ARCHIVE_FOLDER "${OPENSSL_CRYPTO_LIBRARY}" DIRECTORY)
add_library(lakefeed_crypto INTERFACE)
target_link_libraries(lakefeed_crypto INTERFACE "${LAKEFEED_ARCHIVE_FOLDER}/libcrypto.a" Threads::Threads)
add_library(lakefeed_zlib INTERFACE)
target_link_libraries(lakefeed_zlib INTERFACE "${LAKEFEED_ARCHIVE_FOLDER}/libz.a")
add_library(lakefeed_curl INTERFACE)
target_include_directories(lakefeed_curl SYSTEM INTERFACE "${LAKEFEED_CURL_ROOT}/include")
target_compile_definitions(lakefeed_curl INTERFACE CURL_STATICLIB)
target_link_libraries(lakefeed_curl INTERFACE "${LAKEFEED_CURL_ROOT}/lib/libcurl.a"
    "${LAKEFEED_ARCHIVE_FOLDER}/libssl.a" lakefeed_crypto "${LAKEFEED_ARCHIVE_FOLDER}/libcares.a" lakefeed_zlib)

# What most sources include, read once for all of them. clang-tidy goes without (tests/run), so that a header which a
# source forgets is found.
function(lakefeed_precompile name)
    if(name STREQUAL lakefeed_base)
        target_precompile_headers(${name} PRIVATE <fmt/format.h> <algorithm> <array> <functional> <map> <memory> <optional>
            <string> <string_view> <utility> <vector>)
    elseif(NOT name STREQUAL lakefeed_test_support)
        target_precompile_headers(${name} REUSE_FROM lakefeed_base)
    endif()
endfunction()

# lakefeed_library(NAME SOURCES file… LINKS library…): the static library of one folder.
function(lakefeed_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC ${arg_LINKS})
    if(LAKEFEED_PRECOMPILE)
        lakefeed_precompile(${name})
    endif()
endfunction()

# lakefeed_small(NAME): a library with nothing hot in it, compiled for its size where it is released.
function(lakefeed_small name)
    if(CMAKE_BUILD_TYPE STREQUAL "Release")
        target_compile_options(${name} PRIVATE -Os)
        set_target_properties(${name} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
    endif()
endfunction()

# lakefeed_function(NAME LIBRARY library): the fully static `bootstrap` of one Lambda function, built in
# functions/NAME/bootstrap of the build folder.
function(lakefeed_function name)
    cmake_parse_arguments(arg "" "LIBRARY" "" ${ARGN})
    add_executable(${name} main.cc)
    target_link_libraries(${name} PRIVATE ${arg_LIBRARY} lakefeed_runtime)
    set_target_properties(${name} PROPERTIES OUTPUT_NAME bootstrap)
    if(NOT LAKEFEED_SANITIZE)
        # The map tells what was linked, for the bill of materials (deploy/sbom.py).
        target_link_options(${name} PRIVATE -static "-Wl,-Map,${CMAKE_CURRENT_BINARY_DIR}/bootstrap.map")
    endif()
endfunction()

# lakefeed_test(NAME SOURCES file… LINKS library…): a GoogleTest binary, known to ctest under NAME.
function(lakefeed_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINKS} lakefeed_test_support GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE LAKEFEED_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
    if(LAKEFEED_SANITIZE)
        # A third of a test's compilation would go into checking the test itself.
        target_compile_options(${name} PRIVATE -fno-sanitize=undefined)
        target_precompile_headers(${name} REUSE_FROM lakefeed_test_support)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# lakefeed_test_tool(NAME SOURCES file… LINKS library…): a program that the end-to-end tests drive; the target
# test_tools builds them all.
function(lakefeed_test_tool name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINKS})
    if(NOT TARGET test_tools)
        add_custom_target(test_tools)
    endif()
    add_dependencies(test_tools ${name})
endfunction()
