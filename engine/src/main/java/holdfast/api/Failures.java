package holdfast.api;

import holdfast.db.Database;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last handler: what nobody expected is written to the log, and the client is told no more than that.
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /// @param request what the client can name when asking about it
    static Refusal refusal(RuntimeException failure, UUID request, String operation) {
        if (Database.isOutOfReach(failure)) {
            LOG.warn("{} {}: the database is out of reach: {}", request, operation, rootMessage(failure));
            return Problem.UNAVAILABLE
                    .refuse("Send the same request again in a moment")
                    .with("retry_after", 1);
        }
        LOG.error("{} {} failed", request, operation, failure);
        return Problem.INTERNAL_ERROR.refuse("It is in our log, as request " + request);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
