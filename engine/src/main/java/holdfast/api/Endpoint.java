package holdfast.api;

import holdfast.access.AuditLog;
import holdfast.access.Principal.SecretKey;
import holdfast.api.Credentials.Caller;
import holdfast.db.Database;
import holdfast.idempotency.Idempotency;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The way that every request goes: who asks, may they, is it well-formed, is there a card number in it; only
/// then does the route's own action see it.
final class Endpoint {

    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final Json.Members EMPTY = new Json.Members(Map.of());
    private static final byte[] NOTHING = {};

    private final Credentials credentials;
    private final Database database;
    private final Idempotency idempotency;
    private final AuditLog auditLog;
    private final Operations operations;

    Endpoint(
            Credentials credentials,
            Database database,
            Idempotency idempotency,
            AuditLog auditLog,
            Operations operations) {
        this.credentials = credentials;
        this.database = database;
        this.idempotency = idempotency;
        this.auditLog = auditLog;
        this.operations = operations;
    }

    /// @param id names the request, in the log and in the audit log
    /// @throws Refusal whatever is wrong with the request
    Call call(Route route, ServerRequest request, Body body, UUID id) {
        Caller caller = caller(route, request.headers());
        Peer peer = Peer.of(request, operations.proxies());
        Guard guard = guard(route, caller, peer, request.headers());
        byte[] bytes = NOTHING;
        InputStream stream = InputStream.nullInputStream();
        switch (route.takes()) {
            case NOTHING -> body.demandNone();
            case JSON -> bytes = body.json();
            case CSV -> stream = body.csv();
            case SIGNED -> stream = new ByteArrayInputStream(body.signed());
        }
        Json.Members members = bytes.length == 0 ? EMPTY : JsonReader.object(bytes);
        Json.Members path = path(request);
        Json.Members query = query(route, request);
        String key = key(route.key(), request.headers());

        // Not before it is certain that there is no card number in there: a hash of one gives it away.
        var fingerprint = new Fingerprint(
                route.method(), request.path().rawPath(), request.query().rawValue(), bytes);
        var sent = new Call.Sent(
                id,
                route,
                peer,
                guard,
                caller,
                path,
                query,
                members,
                fingerprint.including(stream),
                request.headers(),
                key,
                fingerprint);
        return new Call(sent, database, idempotency, auditLog);
    }

    /// Some of what anyone may read is for shoppers, and so is not for robots.
    private Guard guard(Route route, Caller caller, Peer peer, Headers headers) {
        Guard guard = Guard.of(operations.rates(), caller, peer);
        if (route.permission() != Permission.ANYONE) {
            guard.come(route);
        } else if (route.path().startsWith("/v1/products")) {
            try {
                guard.come(route);
            } catch (Refusal refusal) {
                if (!(credentials.caller(headers).principal() instanceof SecretKey)) throw refusal;
            }
        }
        return guard;
    }

    private Caller caller(Route route, Headers headers) {
        if (route.permission() == Permission.ANYONE) return Caller.NOBODY;
        Caller caller = credentials.caller(headers);
        route.permission().demand(caller.principal());
        return caller;
    }

    private static Json.Members path(ServerRequest request) {
        if (request.path().rawPath().indexOf(';') >= 0)
            throw Answers.notFound(); // Nothing of ours has such parameters.
        var parameters = request.path().pathParameters();
        var cards = new CardScan();
        Map<String, Json> members = new LinkedHashMap<>();
        for (String name : parameters.names()) {
            String value = parameters.get(name);
            cards.value(Path.BODY.member(name), value);
            members.put(name, new Json.Text(value));
        }
        cards.refuse();
        return new Json.Members(members);
    }

    private static Json.Members query(Route route, ServerRequest request) {
        String raw = request.query().rawValue();
        Json.Members query = raw.isEmpty() ? EMPTY : Queries.parse(raw);
        var errors = new FieldErrors();
        for (String name : query.members().keySet()) {
            if (!route.query().contains(name)) {
                errors.add(Path.BODY.member(name), "unknown_field", "Is not a parameter of this request");
            }
        }
        errors.refuse();
        return query;
    }

    private static @Nullable String key(KeyRule rule, Headers headers) {
        List<String> sent = headers.all(IDEMPOTENCY_KEY, List::of);
        if (rule == KeyRule.IGNORED) return null;
        if (!sent.isEmpty()) return IdempotencyKeys.parse(sent);
        if (!rule.isRequired()) return null;
        throw Problem.IDEMPOTENCY_KEY_REQUIRED.refuse("Name this attempt, and use the same name when you repeat it");
    }
}
