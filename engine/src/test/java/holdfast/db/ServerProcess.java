package holdfast.db;

import holdfast.db.EmbeddedServer.Durability;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/// A process that starts a durable server on a folder, commits a row, says so, and stays.
final class ServerProcess {

    private ServerProcess() {}

    public static void main(String[] arguments) throws SQLException, InterruptedException {
        var server = EmbeddedServer.start(DataFolder.open(Path.of(arguments[0])), Durability.FULL);
        try (var connection = DriverManager.getConnection(server.url())) {
            connection.createStatement().execute("create table note as select 'committed' as words");
        }
        System.out.println("committed");
        new CountDownLatch(1).await();
    }
}
