package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.psp.SandboxProvider.Ask;
import holdfast.psp.SandboxProvider.Heard;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stripe's protocol, as far as a shop needs it: <https://docs.stripe.com/api>. Stripe's own libraries work
/// with it as they are.
final class StripeApi {

    private static final Logger LOG = LoggerFactory.getLogger(StripeApi.class);

    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final HeaderName REQUEST_ID = HeaderNames.create("Request-Id");
    private static final HeaderName SHOULD_RETRY = HeaderNames.create("Stripe-Should-Retry");
    private static final HeaderName REPLAYED = HeaderNames.create("Idempotent-Replayed");
    private static final HeaderName VERSION = HeaderNames.create("Stripe-Version");
    private static final int KEY_CHARS_MAX = 255;

    private static final Set<String> INTENT_PARTS =
            Set.of("latest_charge", "latest_charge.payment_intent", "payment_method");
    private static final Set<String> REFUND_PARTS = Set.of("charge", "payment_intent");
    private static final Set<String> CHARGE_PARTS = Set.of("payment_intent");

    private final SandboxProvider provider;
    private final Requests requests;
    private final Lookups lookups;
    private final StripeObjects objects;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /// An answer, before it is sent.
    private record Result(int status, JsonNode body, boolean replayed) {}

    /// @param site where our pages are
    StripeApi(SandboxProvider provider, Supplier<URI> site) {
        this.provider = provider;
        this.requests = new Requests(provider.books(), provider.desk());
        this.objects = new StripeObjects(site);
        this.lookups = new Lookups(provider, objects);
    }

    void register(HttpRouting.Builder routing) {
        for (Operation operation : Operation.values()) {
            routing.route(
                    Method.create(operation.method()),
                    operation.path(),
                    (request, response) -> serve(operation, request, response));
        }
        routing.any("/v1/*", (request, response) -> {
            String asked =
                    request.prologue().method().text() + ": " + request.path().path();
            var unknown = new StripeError(
                    404,
                    StripeError.INVALID_REQUEST,
                    null,
                    null,
                    "Unrecognized request URL (" + asked + "). Please see https://stripe.com/docs.",
                    null);
            send(response, Names.next("req_"), new Result(404, objects.error(unknown, null), false));
        });
    }

    private void serve(Operation operation, ServerRequest request, ServerResponse response) {
        String requestId = Names.next("req_");
        Result result;
        try {
            Credentials.require(request.headers(), operation.isPublic());
            request.headers().first(VERSION).ifPresent(version -> response.header(VERSION, version));
            result = answer(call(operation, request, response));
        } catch (Refused refused) {
            result = failed(refused.error(), null, false);
        } catch (UncheckedIOException failure) {
            LOG.error("The sandbox could not write its journal", failure);
            result = failed(StripeError.ours(500), null, false);
        }
        send(response, requestId, result);
    }

    private static Call call(Operation operation, ServerRequest request, ServerResponse response) {
        boolean reads = operation.method().equals("GET");
        String encoded = reads
                ? Objects.requireNonNullElse(request.prologue().query().rawValue(), "")
                : request.content().hasEntity() ? new String(request.content().as(byte[].class), UTF_8) : "";
        String key = reads ? null : request.headers().first(IDEMPOTENCY_KEY).orElse(null);
        if (key != null) {
            if (key.length() > KEY_CHARS_MAX) {
                throw new Refused(StripeError.invalid(
                        null, null, "Idempotency keys can have up to " + KEY_CHARS_MAX + " characters."));
            }
            response.header(IDEMPOTENCY_KEY, key);
        }
        String id = operation.path().contains("{id}")
                ? request.path().pathParameters().get("id")
                : "";
        return new Call(operation, request.path().path(), id, Form.parse(encoded), key);
    }

    private Result answer(Call call) {
        return switch (call.operation()) {
            case CREATE_INTENT -> write(call, requests::create);
            case CONFIRM_INTENT -> write(call, requests::confirm);
            case CAPTURE_INTENT -> write(call, requests::capture);
            case CANCEL_INTENT -> write(call, requests::cancel);
            case CREATE_REFUND -> write(call, requests::refund);
            case CREATE_METHOD -> write(call, requests::createMethod);
            case CREATE_TOKEN -> write(call, requests::createToken);
            case RETRIEVE_INTENT -> found(lookups.intent(call.id(), Expand.of(call.form(), INTENT_PARTS)));
            case RETRIEVE_CHARGE -> found(lookups.charge(call.id(), Expand.of(call.form(), CHARGE_PARTS)));
            case RETRIEVE_REFUND -> found(lookups.refund(call.id(), Expand.of(call.form(), REFUND_PARTS)));
            case RETRIEVE_METHOD -> found(lookups.method(call.id()));
            case RETRIEVE_TOKEN -> found(lookups.token(call.id()));
            case LIST_INTENTS -> found(lookups.intents(call.form(), Expand.ofList(call.form(), INTENT_PARTS)));
            case LIST_CHARGES -> found(lookups.charges(call.form(), Expand.ofList(call.form(), CHARGE_PARTS)));
            case LIST_REFUNDS -> found(lookups.refunds(call.form(), Expand.ofList(call.form(), REFUND_PARTS)));
        };
    }

    private Result write(Call call, Function<Call, Verdict> decide) {
        String key = call.key();
        if (key == null) return carriedOut(call, decide);
        if (!running.add(key)) throw new Refused(StripeError.keyInUse(key));
        try {
            return carriedOut(call, decide);
        } finally {
            running.remove(key);
        }
    }

    private Result carriedOut(Call call, Function<Call, Verdict> decide) {
        Expand expand = expanded(call);
        Heard heard = provider.ask(new Ask(call.key(), call.fingerprint(), true, null), () -> decide.apply(call));
        if (heard.unheard()) throw lost();
        return shown(requireNonNull(heard.reply()), expand, heard.replayed());
    }

    private static Expand expanded(Call call) {
        return Expand.of(call.form(), call.operation() == Operation.CREATE_REFUND ? REFUND_PARTS : INTENT_PARTS);
    }

    private Result shown(Reply reply, Expand expand, boolean replayed) {
        return switch (reply) {
            case Reply.Intent it -> new Result(200, objects.intent(it.intent(), expand), replayed);
            case Reply.Declined it -> new Result(402, objects.declined(it.intent(), it.code()), replayed);
            case Reply.Refunded it -> new Result(200, objects.refund(it.refund(), it.intent(), expand), replayed);
            case Reply.Method it -> new Result(200, Cards.method(it.method()), replayed);
            case Reply.Token it -> new Result(200, Cards.token(it.token(), false), replayed);
            case Reply.Failed it -> failed(it.error(), it.intent(), replayed);
        };
    }

    private Result failed(StripeError error, @Nullable PaymentIntent intent, boolean replayed) {
        return new Result(error.status(), objects.error(error, intent), replayed);
    }

    private static Result found(ObjectNode body) {
        return new Result(200, body, false);
    }

    private static void send(ServerResponse response, String requestId, Result result) {
        response.status(Status.create(result.status()))
                .header(REQUEST_ID, requestId)
                .header(HeaderNames.CONTENT_TYPE, "application/json");
        if (result.replayed()) response.header(REPLAYED, "true");
        if (result.status() == 409) response.header(SHOULD_RETRY, "true");
        if (result.status() == 400 || result.status() == 402) response.header(SHOULD_RETRY, "false");
        response.send(result.body().toString().getBytes(UTF_8));
    }

    /// Ends the connection without an answer.
    private static CloseConnectionException lost() {
        return new CloseConnectionException("The answer gets lost");
    }
}
