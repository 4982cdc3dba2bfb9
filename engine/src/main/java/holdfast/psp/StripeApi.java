package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.psp.Faults.Luck;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stripe's protocol, as far as a shop needs it: <https://docs.stripe.com/api>. Stripe's own libraries work
/// with it as they are. What is to go wrong goes wrong here.
final class StripeApi {

    private static final Logger LOG = LoggerFactory.getLogger(StripeApi.class);

    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final HeaderName REQUEST_ID = HeaderNames.create("Request-Id");
    private static final HeaderName SHOULD_RETRY = HeaderNames.create("Stripe-Should-Retry");
    private static final HeaderName REPLAYED = HeaderNames.create("Idempotent-Replayed");
    private static final HeaderName VERSION = HeaderNames.create("Stripe-Version");
    private static final int KEY_CHARS_MAX = 255;

    private static final byte[] NO_JSON = "<html><body>502 Bad Gateway</body></html>".getBytes(UTF_8);
    private static final int DRIP_BYTES = 16;
    private static final String[] AMOUNTS = {"amount", "amount_capturable", "amount_received"};

    private final SandboxProvider provider;
    private final Clerk clerk;
    private final Faults faults;
    private final Gate gate;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    StripeApi(SandboxProvider provider, StripeObjects objects, Faults faults, Gate gate) {
        this.provider = provider;
        this.clerk = new Clerk(provider, objects);
        this.faults = faults;
        this.gate = gate;
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
            send(response, clerk.failed(unknown, null, false));
        });
    }

    private void serve(Operation operation, ServerRequest request, ServerResponse response) {
        response.header(REQUEST_ID, Names.next("req_"));
        try {
            Credentials.require(request.headers(), operation.isPublic());
            request.headers().first(VERSION).ifPresent(version -> response.header(VERSION, version));
            gate.pass();
            Call call = call(operation, request, response);
            Luck luck = faults.next(call, names(call), Instant.now());
            serve(call, luck, response);
        } catch (Refused refused) {
            send(response, clerk.failed(refused.error(), null, false));
        } catch (UncheckedIOException failure) {
            LOG.error("The sandbox could not write its journal", failure);
            send(response, clerk.failed(StripeError.ours(500), null, false));
        }
    }

    /// While a request runs, another one under its key is turned away.
    private void serve(Call call, Luck luck, ServerResponse response) {
        FaultRule rule = luck.rule();
        if (rule != null && rule.fault() == FaultRule.Fault.HANG) {
            gate.hang();
            throw Clerk.lost();
        }
        String key = call.key();
        if (key != null && !running.add(key)) throw new Refused(StripeError.keyInUse(key));
        try {
            gate.linger(luck.delay());
            if (rule == null) send(response, answer(call));
            else meet(rule, call, response);
        } finally {
            if (key != null) running.remove(key);
        }
    }

    private Result answer(Call call) {
        return clerk.answer(call, UnaryOperator.identity(), null);
    }

    private void meet(FaultRule rule, Call call, ServerResponse response) {
        switch (rule.fault()) {
            case LATENCY, HANG -> send(response, answer(call));
            case LOST_BEFORE -> throw Clerk.lost();
            case LOST_AFTER -> {
                answer(call);
                throw Clerk.lost();
            }
            case DONE_LATER -> {
                Duration delay = Duration.ofMillis(rule.delayMsOrDefault());
                Thread.ofVirtual().name("sandbox-later").start(() -> doLater(call, delay));
                throw Clerk.lost();
            }
            case ERROR_BEFORE -> send(response, clerk.failed(StripeError.ours(rule.statusOrDefault()), null, false));
            case ERROR_AFTER -> {
                StripeError error = StripeError.ours(rule.statusOrDefault());
                clerk.answer(call, UnaryOperator.identity(), error);
                send(response, clerk.failed(error, null, false));
            }
            case RATE_LIMITED -> send(response, clerk.failed(StripeError.rateLimited(), null, false));
            case KEY_IN_USE -> send(response, clerk.failed(StripeError.keyInUse(call.keyOrPath()), null, false));
            case DRIP -> drip(response, bytes(answer(call)), Duration.ofMillis(rule.delayMsOrDefault()));
            case CUT_SHORT -> {
                cutShort(response, bytes(answer(call)));
                throw Clerk.lost();
            }
            case GARBAGE -> {
                answer(call);
                response.header(HeaderNames.CONTENT_TYPE, "text/html").send(NO_JSON);
            }
            case WRONG_AMOUNT -> send(response, bent(answer(call), StripeApi::anotherAmount));
            case WRONG_CURRENCY -> send(response, bent(answer(call), StripeApi::anotherCurrency));
            case PROCESSING -> send(response, clerk.answer(call, Bends.takesItsTime(rule.delayMsOrDefault()), null));
            case REFUND_FAILS -> send(response, clerk.answer(call, Bends::refundFails, null));
        }
    }

    private void doLater(Call call, Duration delay) {
        if (!gate.linger(delay)) return;
        try {
            answer(call);
        } catch (Refused refused) {
            LOG.debug("What came late was refused: {}", refused.getMessage());
        }
    }

    private static Result bent(Result truth, UnaryOperator<ObjectNode> lie) {
        return truth.status() == 200 && truth.body() instanceof ObjectNode object
                ? new Result(200, lie.apply(object), truth.replayed())
                : truth;
    }

    private static ObjectNode anotherAmount(ObjectNode truth) {
        for (String field : AMOUNTS) {
            long amount = truth.path(field).asLong();
            if (amount > 0) truth.put(field, amount + 1);
        }
        return truth;
    }

    private static ObjectNode anotherCurrency(ObjectNode truth) {
        return truth.has("currency")
                ? truth.put("currency", truth.get("currency").asText().equals("chf") ? "sek" : "chf")
                : truth;
    }

    /// What the payment goes by that a request is about.
    private Set<String> names(Call call) {
        var names = new HashSet<String>();
        for (String param : new String[] {"metadata[payment_id]", "payment_intent"}) {
            String name = call.form().text(param);
            if (name != null) names.add(name);
        }
        if (!call.id().isEmpty()) names.add(call.id());
        for (String name : Set.copyOf(names)) {
            provider.retrieve(name).ifPresent(intent -> names.add(intent.paymentId()));
        }
        return names;
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

    private static void send(ServerResponse response, Result result) {
        headed(response, result.status(), result.replayed()).send(bytes(result));
    }

    private static ServerResponse headed(ServerResponse response, int status, boolean replayed) {
        response.status(Status.create(status)).header(HeaderNames.CONTENT_TYPE, "application/json");
        if (replayed) response.header(REPLAYED, "true");
        if (status == 409) response.header(SHOULD_RETRY, "true");
        if (status == 400 || status == 402) response.header(SHOULD_RETRY, "false");
        return response;
    }

    private static byte[] bytes(Result result) {
        return result.body().toString().getBytes(UTF_8);
    }

    private void drip(ServerResponse response, byte[] body, Duration inAll) {
        Duration pause = inAll.dividedBy(Math.max(1, body.length / DRIP_BYTES));
        headed(response, 200, false).header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
        try (OutputStream out = response.outputStream()) {
            for (int at = 0; at < body.length; at += DRIP_BYTES) {
                out.write(body, at, Math.min(DRIP_BYTES, body.length - at));
                out.flush();
                gate.linger(pause);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cutShort(ServerResponse response, byte[] body) {
        headed(response, 200, false).header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
        OutputStream out = response.outputStream();
        try {
            out.write(Arrays.copyOf(body, body.length / 2));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
