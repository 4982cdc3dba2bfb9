package holdfast.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;

import holdfast.kernel.CrashPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Is asked by the processes of a test at every [CrashPoint] they pass whether to go on. They do, but where
/// the test wants them to die, or to wait.
public final class Director implements AutoCloseable {

    private static final int BACKLOG = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ServerSocket stage;
    private final List<Cue> cues = new ArrayList<>(); // guarded by this
    private int deaths; // guarded by this

    /// A moment: a point, and who passes it.
    public record Passage(CrashPoint point, String thread) {}

    /// What happens the `left`-th time that a passage is the one that is waited for.
    private static final class Cue {

        private final Predicate<Passage> passage;
        private final CompletableFuture<Socket> there = new CompletableFuture<>();
        private final boolean kills;
        private int left;

        Cue(Predicate<Passage> passage, int left, boolean kills) {
            this.passage = passage;
            this.left = left;
            this.kills = kills;
        }
    }

    /// Somebody who waits at a point until the test lets go.
    public static final class Held implements AutoCloseable {

        private final Cue cue;

        private Held(Cue cue) {
            this.cue = cue;
        }

        /// Returns when somebody is there.
        public void await() {
            try {
                cue.there.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("Nobody came", e);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /// Lets whoever is there go on.
        public void release() {
            goOn(cue.there.join());
        }

        @Override
        public void close() {
            Socket waiting = cue.there.getNow(null);
            if (waiting != null && !waiting.isClosed()) goOn(waiting);
        }
    }

    public Director() {
        try {
            this.stage = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::direct);
    }

    /// For `-Dholdfast.director=`.
    public int port() {
        return stage.getLocalPort();
    }

    /// Whoever passes such a moment for the `nth` time from now on, dies.
    public synchronized void kill(int nth, Predicate<Passage> passage) {
        cues.add(new Cue(passage, nth, true));
    }

    /// Whoever passes this point for the `nth` time from now on, dies.
    public void kill(int nth, CrashPoint point) {
        kill(nth, passage -> passage.point == point);
    }

    /// Whoever passes this point next, waits.
    public synchronized Held hold(Predicate<Passage> passage) {
        var cue = new Cue(passage, 1, false);
        cues.add(cue);
        return new Held(cue);
    }

    public Held hold(CrashPoint point) {
        return hold(passage -> passage.point == point);
    }

    /// Returns when so many have died.
    public void awaitDeaths(int count) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (deaths() < count) {
            if (System.nanoTime() > end) throw new AssertionError("Nobody has died");
            MortalShop.pause();
        }
    }

    /// How many have died so far.
    public synchronized int deaths() {
        return deaths;
    }

    /// Forgets what was to happen; whoever waits, goes on.
    public synchronized void rest() {
        cues.forEach(cue -> {
            Socket waiting = cue.there.getNow(null);
            if (waiting != null && !waiting.isClosed()) goOn(waiting);
        });
        cues.clear();
    }

    private void direct() {
        try {
            while (true) {
                Socket actor = stage.accept();
                Thread.ofVirtual().start(() -> direct(actor));
            }
        } catch (IOException e) {
            // The play is over.
        }
    }

    private void direct(Socket actor) {
        try {
            var in = new BufferedReader(new InputStreamReader(actor.getInputStream(), US_ASCII));
            String line = in.readLine();
            if (line == null) return;
            String[] words = line.split(" ", 2);
            var passage = new Passage(CrashPoint.valueOf(words[0]), words[1]);
            switch (next(passage)) {
                case null -> goOn(actor);
                case Cue cue when cue.kills -> actor.close();
                case Cue cue -> cue.there.complete(actor);
            }
        } catch (IOException e) {
            // The actor has died of something else.
        }
    }

    private synchronized @Nullable Cue next(Passage passage) {
        for (Cue cue : cues) {
            if (!cue.passage.test(passage)) continue;
            if (--cue.left > 0) return null;
            cues.remove(cue);
            if (cue.kills) deaths++;
            return cue;
        }
        return null;
    }

    private static void goOn(Socket actor) {
        try (actor) {
            actor.getOutputStream().write('+');
        } catch (IOException e) {
            // It has died meanwhile.
        }
    }

    @Override
    public void close() {
        rest();
        try {
            stage.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
