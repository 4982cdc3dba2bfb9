package holdfast.api;

import holdfast.access.Deed;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A route, as data: what it is called, who may call it, what it takes, what it answers with.
///
/// @param method `GET`, which answers `HEAD` too, `POST`, `PUT`, `PATCH` or `DELETE`
/// @param path a template: `/v1/carts/{id}`
/// @param query the names of the query parameters that it knows
/// @param produces the media type of its answers, problems aside
/// @param logged how it stands in the audit log when a secret key asks for it; null: it does not
/// @param begins whether it begins something, and so has to wait where more is asked than the shop can do
public record Route(
        String method,
        String path,
        Permission permission,
        KeyRule key,
        Takes takes,
        Set<String> query,
        String produces,
        @Nullable Logged logged,
        boolean begins,
        Work work) {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    /// What may be in the body of a request.
    public enum Takes {
        NOTHING,
        /// A JSON object, which may be left out where nothing in it is required.
        JSON,
        CSV,
        /// Bytes as they come, which somebody else has signed.
        SIGNED
    }

    /// What it does, as the audit log has it.
    ///
    /// @param subject the variables of the path that name what it is done to
    record Logged(Deed deed, List<String> subject) {}

    static Route get(String path, Permission permission, Action action) {
        return new Route("GET", path, permission, KeyRule.IGNORED, Takes.NOTHING, Set.of(), JSON, null, false, action);
    }

    /// One that answers for as long as somebody listens.
    static Route stream(String path, String mediaType, Permission permission, Telling telling) {
        return new Route(
                "GET", path, permission, KeyRule.IGNORED, Takes.NOTHING, Set.of(), mediaType, null, false, telling);
    }

    static Route post(String path, Permission permission, Action action) {
        return write("POST", path, permission, action);
    }

    static Route put(String path, Permission permission, Action action) {
        return write("PUT", path, permission, action);
    }

    static Route patch(String path, Permission permission, Action action) {
        return write("PATCH", path, permission, action);
    }

    static Route delete(String path, Permission permission, Action action) {
        return write("DELETE", path, permission, action).takes(Takes.NOTHING);
    }

    private static Route write(String method, String path, Permission permission, Action action) {
        return new Route(method, path, permission, KeyRule.HONORED, Takes.JSON, Set.of(), JSON, null, false, action);
    }

    Route key(KeyRule rule) {
        return new Route(method, path, permission, rule, takes, query, produces, logged, begins, work);
    }

    Route takes(Takes body) {
        return new Route(method, path, permission, key, body, query, produces, logged, begins, work);
    }

    Route query(String... names) {
        return new Route(method, path, permission, key, takes, Set.of(names), produces, logged, begins, work);
    }

    Route produces(String mediaType) {
        return new Route(method, path, permission, key, takes, query, mediaType, logged, begins, work);
    }

    /// @param subject the variables of the path that name what it is done to; none where the path does not say
    Route logged(Deed deed, String... subject) {
        var as = new Logged(deed, List.of(subject));
        return new Route(method, path, permission, key, takes, query, produces, as, begins, work);
    }

    /// It begins something.
    Route beginning() {
        return new Route(method, path, permission, key, takes, query, produces, logged, true, work);
    }

    /// Its name, for a log or an idempotency key's scope: `POST /v1/carts/{id}/items`.
    public String operation() {
        return method + " " + path;
    }
}
