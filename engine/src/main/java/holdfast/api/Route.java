package holdfast.api;

import java.util.Set;

/// A route, as data: what it is called, who may call it, what it takes, what it answers with.
///
/// @param method `GET`, which answers `HEAD` too, `POST`, `PUT`, `PATCH` or `DELETE`
/// @param path a template: `/v1/carts/{id}`
/// @param query the names of the query parameters that it knows
/// @param produces the media type of its answers, problems aside
public record Route(
        String method,
        String path,
        Permission permission,
        KeyRule key,
        Takes takes,
        Set<String> query,
        String produces,
        Handler handler) {

    static final String JSON = "application/json";

    /// What may be in the body of a request.
    public enum Takes {
        NOTHING,
        /// A JSON object, which may be left out where nothing in it is required.
        JSON,
        CSV
    }

    static Route get(String path, Permission permission, Handler handler) {
        return new Route("GET", path, permission, KeyRule.IGNORED, Takes.NOTHING, Set.of(), JSON, handler);
    }

    static Route post(String path, Permission permission, Handler handler) {
        return write("POST", path, permission, handler);
    }

    static Route put(String path, Permission permission, Handler handler) {
        return write("PUT", path, permission, handler);
    }

    static Route patch(String path, Permission permission, Handler handler) {
        return write("PATCH", path, permission, handler);
    }

    static Route delete(String path, Permission permission, Handler handler) {
        return write("DELETE", path, permission, handler).takes(Takes.NOTHING);
    }

    private static Route write(String method, String path, Permission permission, Handler handler) {
        return new Route(method, path, permission, KeyRule.HONORED, Takes.JSON, Set.of(), JSON, handler);
    }

    Route key(KeyRule rule) {
        return new Route(method, path, permission, rule, takes, query, produces, handler);
    }

    Route takes(Takes body) {
        return new Route(method, path, permission, key, body, query, produces, handler);
    }

    Route query(String... names) {
        return new Route(method, path, permission, key, takes, Set.of(names), produces, handler);
    }

    Route produces(String mediaType) {
        return new Route(method, path, permission, key, takes, query, mediaType, handler);
    }

    /// Its name, for a log or an idempotency key's scope: `POST /v1/carts/{id}/items`.
    public String operation() {
        return method + " " + path;
    }
}
