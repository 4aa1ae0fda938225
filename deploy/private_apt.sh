# shellcheck shell=bash
# Reads the machine's own apt sources with lists and a cache of one's own, so that the machine's stay as they are.
# To be sourced.
#
#   private_apt TYPE FOLDER [OPTION…]     TYPE is deb or deb-src; afterwards "${apt[@]}" is apt-get over FOLDER
#
# Only Debian's (or Ubuntu's) own sources are taken. What restricts one to the machine's architecture is left out:
# an OPTION may name another.
private_apt() {
    local type=$1 folder=$2 file
    shift 2
    mkdir -p "$folder/sources" "$folder/lists/partial" "$folder/cache/archives/partial"
    # Both of apt's formats are read.
    {
        cat /etc/apt/sources.list 2> /dev/null || true
        cat /etc/apt/sources.list.d/*.list 2> /dev/null || true
    } | { grep -E '^deb .*(debian|ubuntu)' || true; } | sed -E "s/^deb /$type /; s/arch=[^] ]*//; s/\[ *\]//" > "$folder/sources/own.list"
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        grep -qiE '^URIs:.*(debian|ubuntu)' "$file" || continue
        sed -E "s/^Types:.*/Types: $type/I; /^Architectures:/Id" "$file" > "$folder/sources/$(basename "$file")"
    done
    # shellcheck disable=SC2034
    apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$folder/sources"
        -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root "$@")
}
