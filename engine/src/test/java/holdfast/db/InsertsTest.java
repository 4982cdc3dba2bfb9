package holdfast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.TestDatabase;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Few rows go another way than many: both have to write the same.
class InsertsTest {

    private static final TestDatabase TEST = TestDatabase.create();

    private static final Inserts<Row> INTO = Inserts.<Row>into("anything")
            .integer("no", Row::no)
            .uuid("id", Row::id)
            .text("words", Row::words)
            .jsonb("json", Row::json)
            .texts("list", Row::list)
            .bigints("bigs", Row::bigs)
            .bigint("big", Row::big)
            .bool("yes", Row::yes)
            .bytes("raw", Row::raw)
            .instant("at", Row::at);

    private record Row(
            int no,
            @Nullable UUID id,
            @Nullable String words,
            @Nullable String json,
            @Nullable List<String> list,
            @Nullable List<Long> bigs,
            @Nullable Long big,
            @Nullable Boolean yes,
            byte @Nullable [] raw,
            @Nullable Instant at) {}

    @AfterAll
    static void close() {
        TEST.close();
    }

    @BeforeEach
    void table() {
        TEST.database().transact(tx -> tx.execute("""
                drop table if exists anything;
                create table anything (no int primary key check (no >= 0), id uuid, words text, json jsonb, list text[],
                                       bigs bigint[], big bigint, yes boolean, raw bytea, at timestamptz,
                                       left_out int default 7)
                """));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 500})
    void writes_every_type_as_it_is(int count) {
        insert(IntStream.range(0, count).mapToObj(InsertsTest::full).toList());
        assertThat(read()).hasSize(count).first().isEqualTo("""
                0 00000000-0000-0007-0000-000000000000 "Zoë's", {"a": "é"} {one,"two \\"quoted\\"",drei} \
                {7,-9007199254740993} \
                -9007199254740993 t \\x00ff 2026-11-01 12:00:00.123456+00 7""");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 500})
    void writes_nothing_as_null(int count) {
        insert(IntStream.range(0, count)
                .mapToObj(i -> new Row(i, null, null, null, null, null, null, null, null, null))
                .toList());
        assertThat(read()).hasSize(count).first().isEqualTo("0 - - - - - - - - - 7");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6})
    void knows_an_empty_list_from_none(int count) {
        insert(IntStream.range(0, count)
                .mapToObj(i -> new Row(i, null, "", null, List.of(), List.of(), null, null, new byte[0], null))
                .toList());
        assertThat(read()).first().isEqualTo("0 -  - {} {} - - \\x - 7");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 500})
    void says_what_the_database_says_of_a_bad_row(int count) {
        var rows = IntStream.range(0, count).mapToObj(InsertsTest::full).toList();
        var twice = new java.util.ArrayList<>(rows);
        twice.set(count - 1, full(0));
        assertThatThrownBy(() -> insert(twice))
                .satisfies(e -> assertThat(Database.sqlState(e)).isEqualTo("23505"));
        assertThat(read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 500})
    void a_row_that_cannot_be_made_fails_its_transaction_and_not_the_next(int count) {
        Inserts<Integer> broken = Inserts.<Integer>into("anything").integer("no", no -> {
            if (no == count - 1) throw new IllegalArgumentException("no last row");
            return no;
        });
        List<Integer> rows = IntStream.range(0, count).boxed().toList();
        assertThatThrownBy(() -> TEST.database()
                        .transact(tx -> tx.orElseUndone(() -> {
                            tx.insert(broken, rows);
                            return true;
                        })))
                .hasMessage("no last row");
        insert(List.of(full(1)));
        assertThat(read()).hasSize(1);
    }

    @Test
    void single_rows_are_there_for_the_next_statement_and_undone_with_their_work() {
        TEST.database().transact(tx -> {
            tx.insert(INTO, List.of(full(1)));
            tx.insert(INTO, List.of(full(2)));
            assertThatThrownBy(() -> tx.orElseUndone(() -> {
                        tx.insert(INTO, List.of(full(3)));
                        throw new IllegalArgumentException("no third");
                    }))
                    .hasMessage("no third");
            assertThat(tx.query("select no from anything order by no")
                            .mapTo(Integer.class)
                            .list())
                    .containsExactly(1, 2);
            tx.insert(INTO, List.of(full(4)));
        });
        assertThat(read()).hasSize(3).last().asString().startsWith("4 ");
    }

    @Test
    void of_single_rows_a_bad_one_fails_the_transaction() {
        assertThatThrownBy(() -> TEST.database().transact(tx -> {
                    tx.insert(INTO, List.of(full(1)));
                    tx.insert(INTO, List.of(full(1)));
                    tx.insert(INTO, List.of(full(2)));
                }))
                .satisfies(e -> assertThat(Database.sqlState(e)).isEqualTo("23505"));
        assertThat(read()).isEmpty();
    }

    @Test
    void has_nothing_to_say_of_no_rows() {
        insert(Collections.emptyList());
        assertThat(read()).isEmpty();
    }

    private static Row full(int no) {
        return new Row(
                no,
                new UUID(7, no),
                "\"Zoë's\",",
                "{\"a\":\"é\"}",
                List.of("one", "two \"quoted\"", "drei"),
                List.of(7L, -9_007_199_254_740_993L),
                -9_007_199_254_740_993L,
                true,
                new byte[] {0, -1},
                Instant.parse("2026-11-01T12:00:00.123456789Z"));
    }

    private static void insert(List<Row> rows) {
        TEST.database().transact(tx -> tx.insert(INTO, rows));
    }

    private static List<String> read() {
        return TEST.database().inTransaction(tx -> {
            tx.execute("set local timezone to 'UTC'");
            return tx.query("""
                            select concat_ws(' ', no, coalesce(id::text, '-'), coalesce(words, '-'),
                                             coalesce(json::text, '-'), coalesce(list::text, '-'),
                                             coalesce(bigs::text, '-'), coalesce(big::text, '-'),
                                             coalesce(left(yes::text, 1), '-'),
                                             coalesce(raw::text, '-'), coalesce(at::text, '-'), left_out)
                              from anything
                             order by no
                            """).mapTo(String.class).list();
        });
    }
}
