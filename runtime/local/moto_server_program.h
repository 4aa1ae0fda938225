// moto_server.py's text, so that the lakefeed command needs no file beside it.
#pragma once

namespace local {

const char* moto_server_program();

}  // namespace local
