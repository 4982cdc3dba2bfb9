package holdfast.api;

import static java.util.stream.Collectors.joining;

import holdfast.access.Actor;
import holdfast.access.ApiKey;
import holdfast.access.AuditLog;
import holdfast.access.ClientSecret;
import holdfast.access.Deed;
import holdfast.access.Principal.PublishableKey;
import holdfast.access.Principal.SecretKey;
import holdfast.api.Credentials.Caller;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Idempotency;
import holdfast.idempotency.KeyUse;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A request that may be answered: who asks is known and permitted, and what was sent is well-formed.
final class Call {

    private final Sent sent;
    private final Database database;
    private final Idempotency idempotency;
    private final AuditLog auditLog;
    private @Nullable KeyUse use;

    Call(Sent sent, Database database, Idempotency idempotency, AuditLog auditLog) {
        this.sent = sent;
        this.database = database;
        this.idempotency = idempotency;
        this.auditLog = auditLog;
    }

    /// What was sent.
    ///
    /// @param stream a body that is read as it arrives, empty where the route takes none
    /// @param key of the idempotency key's header, if there is one
    /// @param request what the client can name when it asks about this request
    record Sent(
            UUID request,
            Route route,
            Peer peer,
            Guard guard,
            Caller caller,
            Json.Members path,
            Json.Members query,
            Json.Members body,
            InputStream stream,
            Headers headers,
            @Nullable String key,
            Fingerprint fingerprint) {}

    /// Whether they have a key, and not only the client secret of something.
    boolean hasKey() {
        return sent.caller.principal() instanceof SecretKey || sent.caller.principal() instanceof PublishableKey;
    }

    /// Whether a server of the merchant's asks, for whomever it will.
    boolean isMerchants() {
        return sent.caller.principal() instanceof SecretKey;
    }

    /// The SHA-256 of the client secret that they have shown; null if they have shown none.
    byte @Nullable [] secretSha256() {
        return sent.caller.principal().secret().orElse(null);
    }

    Guard guard() {
        return sent.guard;
    }

    /// Whether somebody asks who is on this machine or in its private network.
    boolean isNear() {
        return sent.peer.isNear();
    }

    <T> T path(Function<Fields, T> whole) {
        return Fields.read(sent.path, whole);
    }

    /// The parameter `id` of the path, where it is the only one.
    UUID id() {
        return path(parameters -> parameters.required("id", Shapes.ID));
    }

    <T> T query(Function<Fields, T> whole) {
        return Fields.read(sent.query, whole);
    }

    /// Where in a list to begin, and how much of it to answer with, where the query asks for nothing else.
    Paging paging() {
        return query(Paging::of);
    }

    <T> T body(Function<Fields, T> whole) {
        return Fields.read(sent.body, whole);
    }

    /// The body as it arrives, on a route that takes CSV.
    InputStream stream() {
        return sent.stream;
    }

    /// The body to the byte, on a route that takes what is signed.
    byte[] signed() {
        try {
            return sent.stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A header that only this route knows; null if it is not there, or more than once.
    @Nullable
    String header(String name) {
        List<String> values = sent.headers.all(HeaderNames.create(name), List::of);
        return values.size() == 1 ? values.getFirst() : null;
    }

    /// As [#header], of a shape.
    ///
    /// @throws holdfast.kernel.Refusal `invalid_request`, naming the header
    <T> @Nullable T header(String name, Shape<T> shape) {
        String value = header(name);
        if (value == null) return null;
        return Fields.read(
                new Json.Members(Map.of(name, new Json.Text(value))), header -> header.required(name, shape));
    }

    /// Makes sure that something belongs to whoever asks. Asked before the idempotency key is looked at, which
    /// would otherwise tell a stranger the answer that is kept under it.
    ///
    /// @param belongsTo whether a client secret, by its SHA-256, gives access to it
    /// @throws holdfast.kernel.Refusal `not_found`, as if it did not exist
    void demandOwner(BiPredicate<Tx, byte[]> belongsTo) {
        if (!isOwner(belongsTo)) throw Answers.notFound();
    }

    /// Whether something belongs to whoever asks: to a secret key everything does.
    boolean isOwner(BiPredicate<Tx, byte[]> belongsTo) {
        return sent.caller.principal() instanceof SecretKey
                || sent.caller
                        .principal()
                        .secret()
                        .map(secret -> database.inTransaction(tx -> belongsTo.test(tx, secret)))
                        .orElse(false);
    }

    /// Answers from one moment, without writing anything.
    Answer read(Function<Tx, Answer> work) {
        return database.read(work);
    }

    /// Reads something on the way to the answer.
    <T> T find(Function<Tx, T> work) {
        return database.inTransaction(work);
    }

    /// Does the work in one transaction: once, if the request has a key. What the merchant does stands in the
    /// audit log, by the same transaction.
    Answer write(Function<Tx, Answer> work) {
        return writeTo(subject(), work);
    }

    /// As [#write], where the path does not say what is done.
    Answer writeAs(Deed deed, Function<Tx, Answer> work) {
        return once(logged(deed, subject(), work));
    }

    /// As [#write], where the path does not say what it is done to.
    Answer writeTo(@Nullable String subject, Function<Tx, Answer> work) {
        Route.Logged as = sent.route.logged();
        return once(as == null ? work : logged(as.deed(), subject, work));
    }

    private Answer once(Function<Tx, Answer> work) {
        KeyUse key = keyUse();
        return key == null ? database.inTransaction(work) : idempotency.once(key, work);
    }

    private Function<Tx, Answer> logged(Deed deed, @Nullable String subject, Function<Tx, Answer> work) {
        if (!(sent.caller.principal() instanceof SecretKey key)) return work;
        Actor actor = Actor.key(key, sent.request);
        return tx -> auditLog.record(tx, actor, deed, subject, () -> work.apply(tx));
    }

    private @Nullable String subject() {
        Route.Logged as = sent.route.logged();
        if (as == null || as.subject().isEmpty()) return null;
        return as.subject().stream()
                .map(variable -> sent.path.members().get(variable) instanceof Json.Text(String value) ? value : "")
                .collect(joining("/"));
    }

    /// The request's idempotency key, if it has one, for work that sees to it by itself. Not before the body
    /// has been read.
    @Nullable
    KeyUse keyUse() {
        if (sent.key == null) return null;
        if (use == null) {
            use = new KeyUse(
                    scope(),
                    sent.key,
                    sent.fingerprint.value(),
                    sent.route.key().retention());
        }
        return use;
    }

    private String scope() {
        return sent.caller.principal().name() + " " + sent.route.operation();
    }

    /// The client secret for what this request opens. It is told with the answer and not kept with it: a
    /// request with a key gets the same secret again whenever it is repeated.
    ClientSecret newSecret() {
        return sent.key == null
                ? ClientSecret.make()
                : ClientSecret.of(sent.caller.credential(), scope() + " " + sent.key);
    }

    /// As [#newSecret], an API key.
    String newKey(ApiKey.Kind kind) {
        return sent.key == null
                ? ApiKey.make(kind)
                : ApiKey.of(kind, sent.caller.credential(), scope() + " " + sent.key);
    }

    /// As [#keyUse], on a route that requires a key.
    KeyUse requiredKeyUse() {
        KeyUse key = keyUse();
        if (key == null) throw new IllegalStateException(sent.route.operation() + " does not require a key");
        return key;
    }
}
