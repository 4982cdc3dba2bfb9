package holdfast.drill;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A way into the shop, for one shopper after the other: a connection to one of its servers, and when that is
/// lost, to the next.
///
/// What got no answer, or none that is final, is asked again under the same idempotency key, wherever: so it
/// happens once, whichever server heard it.
final class Lane implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE_MIN = Duration.ofMillis(20);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);
    private static final int ACCEPTED = 202;
    private static final byte[] NOTHING = {};

    private final List<ShopConnection> connections;
    private final Consumer<String> heard;
    private int current;

    /// @param first which of the servers to begin with
    /// @param heard is told of every answer in short, and of every answer that did not come
    Lane(List<URI> servers, int first, String key, Consumer<String> heard) {
        this.connections =
                servers.stream().map(server -> new ShopConnection(server, key)).toList();
        this.current = first % servers.size();
        this.heard = heard;
    }

    /// The final answer; or the last that was heard, if none is final within [#PATIENCE].
    ///
    /// @param step what is asked for, in short
    Answer post(String step, String path, String key, @Nullable Map<String, ?> body) {
        byte[] bytes = body == null ? NOTHING : ShopClient.bytes(body);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Duration pause = PAUSE_MIN;
        while (true) {
            Optional<Answer> answer = ask(step, path, key, bytes);
            boolean late = System.nanoTime() > deadline;
            if (answer.isPresent() && (late || isFinal(answer.get()))) return answer.get();
            if (late) throw new DrillFailed("The shop does not answer any more");
            Duration otherwise = pause;
            ShopClient.pause(
                    answer.map(told -> told.pause(otherwise, PAUSE_MAX)).orElse(otherwise));
            pause = ShopClient.shorter(pause.multipliedBy(2), PAUSE_MAX);
        }
    }

    private Optional<Answer> ask(String step, String path, String key, byte[] body) {
        ShopConnection connection = connections.get(current);
        try {
            Answer answer = connection.post(path, key, body);
            if (answer.status() == 401 || answer.status() == 403) {
                throw new DrillFailed(
                        "The shop at " + connection.server() + " does not accept the key: " + answer.problem());
            }
            heard.accept(step + " " + told(answer));
            return Optional.of(answer);
        } catch (IOException e) {
            heard.accept(step + " no answer");
            current = (current + 1) % connections.size();
            return Optional.empty();
        }
    }

    private static String told(Answer answer) {
        return answer.isSuccess() ? Integer.toString(answer.status()) : answer.status() + " " + answer.problem();
    }

    /// Whether the same request asked again would hear the same again.
    static boolean isFinal(Answer answer) {
        return answer.status() != ACCEPTED && !answer.asksAgain();
    }

    @Override
    public void close() {
        for (ShopConnection connection : connections) {
            try {
                connection.close();
            } catch (IOException e) {
                throw new IllegalStateException(e); // a socket can be closed
            }
        }
    }
}
