#include "daemon/desk/web_routes.h"

#include "daemon/log/headers.h"

namespace premura {

HttpResponse serve_web_file(const HttpRequest& request, const WebFile& file) {
    HttpResponse response;
    response.headers = {{"ETag", std::string{file.etag}},
                        {"Cache-Control", "no-cache"},
                        {"Content-Security-Policy", std::string{web_policy}}};
    const std::string_view known = request.header("if-none-match");
    if (known == "*" || known.find(file.etag) != known.npos) {
        response.status = 304;
        return response;
    }
    response.headers.emplace_back("Content-Type", file.content_type);
    response.body = file.bytes;
    return response;
}

bool wants_page(const HttpRequest& request) {
    return lower_case(request.header("accept")).find("text/html") != std::string::npos;
}

void install_web_routes(HttpServer& server) {
    for (const NamedWebFile& named : web_files()) {
        server.handle("GET", std::string{named.path}, [file = named.file](const HttpRequest& request, HttpServer::Answer answer) {
            answer(serve_web_file(request, file));
        });
    }
}

}  // namespace premura
