package holdfast.order;

import holdfast.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/// A test that tells stories about orders: each begins in an empty shop and ends with an audit of its books.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoryTest {

    private TestDatabase database;
    OrderStory story;

    @BeforeAll
    void createDatabase() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void begin() {
        story = new OrderStory(database);
    }

    @AfterEach
    void audit() {
        story.close();
    }

    @AfterAll
    void dropDatabase() {
        database.close();
    }
}
