# What the scripts share that make clients of the end-to-end tests in the user's cache.

# Says that a client can't be made where a tool is not on the machine.
need_tools() {
    local name=$1 tool
    shift
    for tool in "$@"; do
        if ! command -v "$tool" >/dev/null; then
            echo "ignored: the $name client: $tool is not on this machine" >&2
            return 1
        fi
    done
}

# make_client NAME BUILD FILE...: copies the files into a folder of the cache that is named by their content,
# runs BUILD there once, and prints the folder.
make_client() {
    local name=$1 build=$2 cache key folder
    shift 2
    cache=${STANDIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/standin}
    key=$(sha256sum "$@" | sha256sum | cut -c1-12)
    folder=$cache/$name-client-$key
    if [ ! -e "$folder/complete" ]; then
        mkdir -p "$cache"
        exec 9>"$cache/$name-client.lock"
        flock 9
        if [ ! -e "$folder/complete" ]; then
            echo "making the $name client in $folder" >&2
            rm -rf "$folder"
            mkdir -p "$folder"
            cp --parents "$@" "$folder"
            (cd "$folder" && "$build") >&2
            touch "$folder/complete"
        fi
    fi
    echo "$folder"
}

npm_ci() {
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
}

go_build() {
    GOFLAGS=-mod=readonly go build -trimpath -o client .
}

javac_build() {
    mvn --quiet --batch-mode dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib
    javac --release 17 -cp 'lib/*' -d classes src/Client.java
}
