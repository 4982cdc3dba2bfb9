package holdfast.api;

import static holdfast.api.Permission.ANYONE;
import static holdfast.api.Route.get;

import holdfast.db.Database;
import holdfast.idempotency.Answer;
import holdfast.kernel.Problem;
import holdfast.payment.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Health, the metrics, the OpenAPI document, and the pages about problems.
final class SystemRoutes {

    private static final Duration READY_WITHIN = Duration.ofSeconds(1);

    private final Database database;
    private final Operations operations;
    private final byte[] openApi = resource("/holdfast/api/openapi.yaml");

    SystemRoutes(Database database, Operations operations) {
        this.database = database;
        this.operations = operations;
    }

    List<Route> routes() {
        return List.of(
                get("/healthz", ANYONE, _ -> ok()),
                get("/readyz", ANYONE, _ -> ready()),
                get("/metrics", ANYONE, this::metrics).produces("text/plain;version=0.0.4;charset=utf-8"),
                get("/openapi.yaml", ANYONE, _ -> Answer.of(200, openApi)).produces("application/yaml"),
                get("/problems/{code}", ANYONE, SystemRoutes::problem).produces("text/markdown;charset=utf-8"));
    }

    private static Answer ok() {
        return Answer.of(200, JsonWriter.object(json -> json.text("status", "ok")));
    }

    private Answer ready() {
        if (operations.readiness().isLeaving()) {
            throw Problem.UNAVAILABLE
                    .refuse("The server is stopping; send requests to another one")
                    .with("retry_after", Answers.RETRY_AFTER_S);
        }
        var asked = new FutureTask<>(() -> database.inTransaction(
                tx -> tx.query("select 1").mapTo(Integer.class).one()));
        Thread.startVirtualThread(asked);
        try {
            asked.get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return standings();
        } catch (TimeoutException | ExecutionException e) {
            asked.cancel(true);
            throw Problem.UNAVAILABLE
                    .refuse("The database does not answer within a second")
                    .with("retry_after", 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.UNAVAILABLE.refuse("The server is stopping").with("retry_after", 1);
        }
    }

    /// How we stand with the gateways. A server whose payments wait still serves everything else, and no other
    /// server would stand better.
    private Answer standings() {
        boolean allAnswer =
                operations.gateways().stream().allMatch(gateway -> gateway.standing() == Gateway.Standing.ANSWERS);
        return Answer.of(
                200,
                JsonWriter.object(json -> json.text("status", allAnswer ? "ok" : "degraded")
                        .objects("gateways", operations.gateways(), SystemRoutes::standing)));
    }

    private static void standing(JsonWriter json, Gateway gateway) {
        json.text("gateway", gateway.name()).text("standing", gateway.standing().code());
    }

    /// As if there were nothing, for those who may not read it.
    private Answer metrics(Call call) {
        boolean may = switch (operations.readers()) {
            case PRIVATE -> call.isNear();
            case ALL -> true;
            case NONE -> false;
        };
        if (!may) throw Answers.notFound();
        return Answer.of(200, operations.metrics().get());
    }

    private static Answer problem(Call call) {
        String code = call.path(path -> path.required("code", Shapes.text(100)));
        if (Arrays.stream(Problem.values()).noneMatch(problem -> problem.code().equals(code))) {
            throw Problem.NOT_FOUND.refuse("There is no problem of that name");
        }
        return Answer.of(200, resource("/holdfast/problems/" + code + ".md"));
    }

    private static byte[] resource(String name) {
        try (InputStream stream = SystemRoutes.class.getResourceAsStream(name)) {
            if (stream == null) throw new IllegalStateException("Not in the build: " + name);
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + name, e);
        }
    }
}
