package holdfast.api;

import holdfast.db.Database;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.sql.SQLTransientConnectionException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last handler: what nobody expected is written to the log, and the client is told no more than that.
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /// @param request what the client can name when asking about it
    static Refusal refusal(RuntimeException failure, UUID request, String operation) {
        if (isOutOfReach(failure)) {
            LOG.warn("{} {}: the database is out of reach: {}", request, operation, rootMessage(failure));
            return Problem.UNAVAILABLE
                    .refuse("Send the same request again in a moment")
                    .with("retry_after", 1);
        }
        LOG.error("{} {} failed", request, operation, failure);
        return Problem.INTERNAL_ERROR.refuse("It is in our log, as request " + request);
    }

    /// Whether the database cannot be asked, or has no time for us right now.
    private static boolean isOutOfReach(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) return true; // what an exhausted pool throws
        }
        String state = Database.sqlState(failure);
        return state.startsWith("08") // connection exception
                || state.startsWith("53") // insufficient resources
                || state.startsWith("57P") // shut down, or starting up
                || state.equals("57014") // took too long and was canceled
                || state.equals("25006") // a standby, where a primary should be
                || state.equals("40001")
                || state.equals("40P01"); // still, after all retries
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
