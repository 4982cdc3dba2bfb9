package holdfast.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A link between two programs, TCP over the loopback, that can be harmed: cut, frozen, slowed down, or made
/// to lose what is said. One program connects to [#port] in place of the other's.
///
/// A freeze and a delay keep what was said; it arrives when they are over. What is lost is gone: a connection
/// that lost something is cut when the link is healed, since what follows would make no sense.
public final class FaultProxy implements AutoCloseable {

    /// Which way something is said.
    public enum Direction {
        /// From who connected to whom they wanted.
        THERE,

        /// The answer.
        BACK
    }

    private enum Weather {
        FAIR,
        FROZEN,
        LOSING
    }

    private static final int BACKLOG = 1_024;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int TAIL_BYTES = 64;

    private final ServerSocket entrance;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Connection> connections = new HashSet<>(); // what follows is guarded by the lock
    private final Map<Direction, Weather> weather = new EnumMap<>(Direction.class);
    private final Map<Direction, Tripwire> tripwires = new EnumMap<>(Direction.class);
    private InetSocketAddress target;
    private Duration delay = Duration.ZERO;
    private boolean refusing;
    private boolean closed;

    /// @param target whom the link leads to
    public FaultProxy(InetSocketAddress target) {
        this.target = target;
        for (Direction direction : Direction.values()) weather.put(direction, Weather.FAIR);
        try {
            this.entrance = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("proxy").start(this::accept);
    }

    /// As [#FaultProxy(InetSocketAddress)], to a port of this machine.
    public static FaultProxy to(int port) {
        return new FaultProxy(local(port));
    }

    /// Where it listens, on this machine.
    public int port() {
        return entrance.getLocalPort();
    }

    /// New connections lead to this port of this machine from now on.
    public void leadTo(int port) {
        locked(() -> target = local(port));
    }

    /// Breaks every connection; the next can be made at once.
    public void cut() {
        locked(() -> Set.copyOf(connections).forEach(Connection::reset));
    }

    /// Breaks every connection, and every new one too, until the link is healed.
    public void refuse() {
        locked(() -> {
            refusing = true;
            cut();
        });
    }

    /// Keeps what is said in this direction, until the link is healed.
    public void freeze(Direction direction) {
        locked(() -> weather.put(direction, Weather.FROZEN));
    }

    /// Loses what is said in this direction, until the link is healed.
    public void lose(Direction direction) {
        locked(() -> weather.put(direction, Weather.LOSING));
    }

    /// Lets whatever is said arrive later, in both directions, until the link is healed.
    public void delay(Duration each) {
        locked(() -> delay = each);
    }

    /// Freezes a direction as soon as `words` are said in it, before they arrive.
    public void freezeAt(Direction direction, byte[] words) {
        locked(() -> tripwires.put(direction, new Tripwire(words.clone(), Long.MAX_VALUE)));
    }

    /// Breaks every connection as soon as one more has carried that many bytes in this direction.
    public void cutAfter(Direction direction, long bytes) {
        locked(() -> tripwires.put(direction, new Tripwire(new byte[0], bytes)));
    }

    /// Ends every harm.
    public void heal() {
        locked(() -> {
            for (Direction direction : Direction.values()) weather.put(direction, Weather.FAIR);
            tripwires.clear();
            delay = Duration.ZERO;
            refusing = false;
            connections.stream().filter(each -> each.lossy).toList().forEach(Connection::reset);
        });
    }

    /// How many connections there are.
    public int connections() {
        lock.lock();
        try {
            return connections.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        locked(() -> {
            closed = true;
            cut();
        });
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entrance.accept();
                Thread.ofVirtual().name("proxy").start(() -> connect(client));
            }
        } catch (IOException e) {
            // The entrance was closed.
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        var connection = new Connection(client, server);
        InetSocketAddress whom;
        lock.lock();
        try {
            if (closed || refusing) {
                connection.reset();
                return;
            }
            whom = target;
            connections.add(connection);
        } finally {
            lock.unlock();
        }
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(whom);
        } catch (IOException e) {
            locked(connection::reset); // Nobody is there.
            return;
        }
        Thread.ofVirtual().name("proxy").start(() -> connection.pump(server, client, Direction.BACK));
        connection.pump(client, server, Direction.THERE);
    }

    /// What to do when it is told: at certain words, or after so many bytes.
    private static final class Tripwire {

        private final byte[] words;
        private final long bytesMax;
        private long bytes;

        Tripwire(byte[] words, long bytesMax) {
            this.words = words;
            this.bytesMax = bytesMax;
        }

        boolean isAtWords(byte[] before, byte[] said) {
            return words.length > 0 && contains(concatenated(before, said), words);
        }

        boolean isOver(int more) {
            bytes += more;
            return bytes >= bytesMax;
        }

        private static byte[] concatenated(byte[] one, byte[] other) {
            byte[] both = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }

        private static boolean contains(byte[] all, byte[] part) {
            for (int at = 0; at + part.length <= all.length; at++) {
                if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) return true;
            }
            return false;
        }
    }

    private final class Connection {

        private final Socket client;
        private final Socket server;
        private boolean over;
        private boolean lossy;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(Socket from, Socket to, Direction direction) {
            var chunk = new byte[CHUNK_BYTES];
            byte[] before = {}; // the end of what was said last: words may come in two pieces
            try {
                for (int read = from.getInputStream().read(chunk);
                        read >= 0;
                        read = from.getInputStream().read(chunk)) {
                    byte[] said = Arrays.copyOf(chunk, read);
                    if (passes(direction, before, said)) {
                        to.getOutputStream().write(said);
                    }
                    before = tail(before, said);
                }
                to.shutdownOutput(); // The other direction may have something left to say.
            } catch (IOException e) {
                locked(this::reset); // One side is gone, or the link was cut.
            } finally {
                locked(this::closeIfDone);
            }
        }

        private static byte[] tail(byte[] before, byte[] said) {
            if (said.length >= TAIL_BYTES) return Arrays.copyOfRange(said, said.length - TAIL_BYTES, said.length);
            byte[] both = Tripwire.concatenated(before, said);
            return Arrays.copyOfRange(both, Math.max(0, both.length - TAIL_BYTES), both.length);
        }

        /// Waits until it may pass; false if it is lost.
        private boolean passes(Direction direction, byte[] before, byte[] said) throws IOException {
            lock.lock();
            try {
                Tripwire tripwire = tripwires.get(direction);
                if (tripwire != null && tripwire.isAtWords(before, said)) weather.put(direction, Weather.FROZEN);
                if (tripwire != null && tripwire.isOver(said.length)) {
                    tripwires.remove(direction);
                    cut();
                }
                long until = System.nanoTime() + delay.toNanos();
                for (long left = delay.toNanos(); left > 0 && !over; left = until - System.nanoTime()) {
                    changed.await(left, TimeUnit.NANOSECONDS);
                }
                while (weather.get(direction) == Weather.FROZEN && !over) changed.await();
                if (over) throw new IOException("The link was cut");
                boolean lost = weather.get(direction) == Weather.LOSING;
                lossy |= lost;
                return !lost;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            } finally {
                lock.unlock();
            }
        }

        private void closeIfDone() {
            if (client.isOutputShutdown() && server.isOutputShutdown()) reset();
        }

        /// Both sides learn that it is over at once, as when a cable is pulled out of a machine that is then
        /// asked. The caller has the lock.
        void reset() {
            over = true;
            connections.remove(this);
            for (Socket side : new Socket[] {client, server}) {
                try {
                    if (!side.isClosed() && !side.isOutputShutdown()) side.setSoLinger(true, 0);
                    side.close();
                } catch (IOException e) {
                    // It is gone, which is what was wanted.
                }
            }
        }
    }
}
