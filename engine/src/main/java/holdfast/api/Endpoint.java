package holdfast.api;

import holdfast.access.Principal;
import holdfast.db.Database;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Idempotency;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The way that every request goes: who asks, may they, is it well-formed, is there a card number in it; only
/// then does the route's own handler see it.
final class Endpoint {

    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final Json.Members EMPTY = new Json.Members(Map.of());

    private final Credentials credentials;
    private final Database database;
    private final Idempotency idempotency;

    Endpoint(Credentials credentials, Database database, Idempotency idempotency) {
        this.credentials = credentials;
        this.database = database;
        this.idempotency = idempotency;
    }

    /// @throws Refusal whatever is wrong with the request, or cannot be done
    Answer answer(Route route, ServerRequest request, Body body) {
        Principal principal = principal(route, request.headers());
        String query = request.query().rawValue();
        var fingerprint = new Fingerprint(route.method(), request.path().rawPath(), query);

        Json.Members members = EMPTY;
        InputStream stream = InputStream.nullInputStream();
        switch (route.takes()) {
            case NOTHING -> body.demandNone();
            case JSON -> members = json(body.json(), fingerprint);
            case CSV -> stream = fingerprint.body(body.csv());
        }
        var sent = new Call.Sent(
                route,
                principal,
                path(request),
                query(route, query),
                members,
                stream,
                key(route.key(), request.headers()),
                fingerprint);
        return route.handler().handle(new Call(sent, database, idempotency));
    }

    private Principal principal(Route route, Headers headers) {
        if (route.permission() == Permission.ANYONE) return new Principal.Nobody();
        Principal principal = credentials.principal(headers);
        route.permission().demand(principal);
        return principal;
    }

    private static Json.Members json(byte[] bytes, Fingerprint fingerprint) {
        Json.Members body = bytes.length == 0 ? EMPTY : JsonReader.object(bytes);
        fingerprint.body(bytes); // Not before it is certain that no card number is in there.
        return body;
    }

    private static Json.Members path(ServerRequest request) {
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

    private static Json.Members query(Route route, String raw) {
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
