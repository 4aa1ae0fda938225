#include "functions/firehose_transform/handler.h"
#include "runtime/bootstrap.h"

int main() {
    return runtime::run_bootstrap(firehose_transform::make_handler);
}
