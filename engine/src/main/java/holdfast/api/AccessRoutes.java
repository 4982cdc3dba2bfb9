package holdfast.api;

import static holdfast.api.Permission.ADMIN;
import static holdfast.api.Route.delete;
import static holdfast.api.Route.get;
import static holdfast.api.Route.post;
import static holdfast.api.Shapes.ID;
import static holdfast.api.Shapes.TIME;
import static holdfast.api.Shapes.list;
import static holdfast.api.Shapes.oneOf;
import static holdfast.api.Shapes.text;

import holdfast.access.ApiKey;
import holdfast.access.ApiKeys;
import holdfast.access.AuditLog;
import holdfast.access.Deed;
import holdfast.access.Scope;
import holdfast.idempotency.Answer;
import holdfast.kernel.Ids;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Who is let in, and what was done by whom.
final class AccessRoutes {

    private static final int SUBJECT_LENGTH_MAX = 1_000;

    private static final Shape<ApiKey.Kind> KIND = oneOf(List.of(ApiKey.Kind.values()), ApiKey.Kind::code);
    private static final Shape<Deed> DEED = oneOf(List.of(Deed.values()), Deed::code);
    private static final Shape<List<Scope>> SCOPES = Shapes.distinct(
            list(0, Scope.values().length, oneOf(List.of(Scope.values()), Scope::code)), "scope", scope -> scope);

    private final ApiKeys keys;
    private final AuditLog log;

    AccessRoutes(ApiKeys keys, AuditLog log) {
        this.keys = keys;
        this.log = log;
    }

    List<Route> routes() {
        return List.of(
                get("/v1/api-keys", ADMIN, this::listKeys).query("limit", "cursor"),
                post("/v1/api-keys", ADMIN, this::createKey).logged(Deed.API_KEY_CREATED),
                delete("/v1/api-keys/{id}", ADMIN, this::revokeKey).logged(Deed.API_KEY_REVOKED, "id"),
                get("/v1/audit-log", ADMIN, this::listLog).query("deed", "subject_id", "actor_id", "limit", "cursor"));
    }

    private Answer listKeys(Call call) {
        Paging paging = call.paging();
        return call.read(tx -> Answers.page(keys.page(tx, paging.limit(), paging.cursor()), Render::apiKey));
    }

    private Answer createKey(Call call) {
        var terms = call.body(body -> new ApiKey.Terms(
                body.required("title", text(ApiKey.TITLE_LENGTH_MAX)),
                body.optional("kind", KIND, ApiKey.Kind.SECRET),
                Set.copyOf(body.optional("scopes", SCOPES, List.of())),
                body.optional("expires_at", TIME)));
        String key = call.newKey(terms.kind());
        UUID id = Ids.next();
        Answer answer =
                call.writeTo(id.toString(), tx -> Answers.created(keys.create(tx, id, terms, key), Render::apiKey));
        return Answers.telling("key", key, answer);
    }

    private Answer revokeKey(Call call) {
        UUID id = call.id();
        return call.write(tx -> Answers.goneIf(keys.revoke(tx, id)));
    }

    private Answer listLog(Call call) {
        record Search(AuditLog.Filter filter, Paging paging) {}
        var search = call.query(query -> new Search(
                new AuditLog.Filter(
                        query.optional("deed", DEED),
                        query.optional("subject_id", text(SUBJECT_LENGTH_MAX)),
                        query.optional("actor_id", ID)),
                Paging.of(query)));
        return call.read(tx -> Answers.page(
                log.list(tx, search.filter, search.paging.limit(), search.paging.cursor()), Render::auditEntry));
    }
}
