package holdfast.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/// The moments at which a test lets the process die. What each of them stands for, and which test dies there,
/// is told in `docs/crash-points.md`.
///
/// They cost nothing: only a process that was started with `-Dholdfast.director=PORT` asks, every time, whoever
/// listens on that port of this machine whether to go on, and waits for the answer. Told to, it goes on; hung
/// up on, it ends on the spot, as by `kill -9`. Nothing that is shipped sets the property.
public enum CrashPoint {
    /// A request was read; nothing of it is stored.
    K01,

    /// Its key is claimed, and not committed.
    K02,

    /// A hold is written, its lines are not.
    K04,

    /// A transaction, whichever, has written all it will, and is not committed.
    K05,

    /// A checkout and its hold are committed; nobody was told.
    K07,

    /// A hold is `paying`, and there is no attempt to pay it yet.
    K08,

    /// An attempt is committed with its request; nothing was sent.
    K09,

    /// The gateway has named the payment; the name is not stored.
    K11,

    /// The name is stored.
    K12,

    /// The request to set the money aside is about to be sent.
    K13,

    /// The gateway has answered it; nobody has looked at the answer.
    K15,

    /// The money is known to be set aside, and the order is not begun.
    K16,

    /// Before any statement of any transaction.
    K18,

    /// The order is committed; nobody was told.
    K20,

    /// The capture is planned, and not sent.
    K23,

    /// The money was taken; that is not stored.
    K24,

    /// That is stored, the order is not `paid` yet.
    K25,

    /// A payment is about to be let go of.
    K26,

    /// It was let go of; that is not stored.
    K27,

    /// Stock was given back; the attempt is not ended yet.
    K28,

    /// Holds are `expired`; their stock is not given back yet.
    K29,

    /// A webhook is stored; the provider has not heard that yet.
    K30,

    /// It was acknowledged, or could be; nobody has looked at it yet.
    K31,

    /// What it was about is looked at and gone on with; that is not stored.
    K32,

    /// A refund is planned, and not sent.
    K33_PLANNED,

    /// A refund was made; that is not stored.
    K33_DONE,

    /// A start, or the recovery, has taken an attempt over and has not looked at it yet.
    K36;

    private static final @Nullable Integer DIRECTOR = Integer.getInteger("holdfast.director");
    private static final int GO_ON = '+';
    private static final int KILLED = 137;

    /// Lets the process die here, if somebody wants that.
    public void reached() {
        if (DIRECTOR != null && !goesOn(DIRECTOR)) Runtime.getRuntime().halt(KILLED);
    }

    private boolean goesOn(int port) {
        try (var director = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String passage = name() + " " + Thread.currentThread().getName() + "\n";
            director.getOutputStream().write(passage.getBytes(US_ASCII));
            return director.getInputStream().read() == GO_ON;
        } catch (IOException e) {
            return false; // No director, no play: nothing outlives its test.
        }
    }
}
