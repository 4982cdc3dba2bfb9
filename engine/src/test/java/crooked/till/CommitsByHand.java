package crooked.till;

import java.sql.Connection;
import java.sql.SQLException;

/// Only the module `db` begins and ends transactions.
record CommitsByHand(Connection connection) {

    void done() throws SQLException {
        connection.commit();
    }
}
