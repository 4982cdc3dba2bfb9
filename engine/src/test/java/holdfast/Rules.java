package holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static java.util.Comparator.comparingInt;
import static java.util.function.Predicate.not;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.sql.Connection;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/// The rules that ARCHITECTURE.md lays down, for the classes below a root package.
///
/// @param root `holdfast`, or another shop that the rules are tried on
record Rules(String root, Architecture written) {

    private static final Set<String> TRANSACTIONS = Set.of(
            "setAutoCommit", "commit", "rollback", "setSavepoint", "releaseSavepoint", "setTransactionIsolation");
    private static final Set<String> JDBI_TRANSACTIONS =
            Set.of("org.jdbi.v3.core.Jdbi", "org.jdbi.v3.core.Handle", "org.jdbi.v3.core.transaction");
    private static final Set<String> JDK = Set.of("java", "com.sun.security");

    /// The sandbox is a company of its own; the program and its drills measure themselves.
    private static final Set<String> OWN_CLOCK = Set.of("psp", "app", "drill");

    private static final Set<Class<?>> FLOATS = Set.of(float.class, double.class, Float.class, Double.class);

    ArchRule everyPackageIsARow() {
        return rule(
                "be in a package that has a row",
                type -> Stream.of(type)
                        .filter(it -> !written.modules().containsKey(relative(it)))
                        .map(it -> it.getFullName() + " is in a package without a row"));
    }

    ArchRule modulesUseWhatTheirRowAllows() {
        return rule(
                "use the modules of their row alone",
                type -> uses(type)
                        .filter(use -> isOurs(use.getTargetClass()))
                        .filter(use -> !written.mayUse(module(type), module(use.getTargetClass())))
                        .map(Dependency::getDescription));
    }

    ArchRule librariesStayInTheirPlaces() {
        return rule(
                "use a library where its row allows it",
                type -> uses(type)
                        .filter(use -> !isOurs(use.getTargetClass()) && !isOfTheJdk(use.getTargetClass()))
                        .filter(use -> !written.mayUseLibrary(module(type), library(use.getTargetClass())))
                        .map(Dependency::getDescription));
    }

    /// What the tables allow and nobody does: they tell how it is, not how it might be.
    List<String> unused(Iterable<JavaClass> types) {
        var used = new HashSet<String>();
        for (JavaClass type : types) {
            uses(type)
                    .map(Dependency::getTargetClass)
                    .map(other -> module(type) + " uses " + (isOurs(other) ? module(other) : library(other)))
                    .forEach(used::add);
        }
        return written.permissions().filter(not(used::contains)).sorted().toList();
    }

    ArchRule onlyDbControlsTransactions() {
        return rule(
                "leave transactions to the module db",
                type -> accesses(type)
                        .filter(_ -> !module(type).equals("db"))
                        .filter(access -> {
                            JavaClass owner = access.getTargetOwner();
                            return (owner.isAssignableTo(Connection.class) && TRANSACTIONS.contains(access.getName()))
                                    || JDBI_TRANSACTIONS.stream().anyMatch(name -> isWithin(owner.getName(), name));
                        })
                        .map(JavaAccess::getDescription));
    }

    ArchRule noFloatingPoint() {
        return rule(
                "count in integers",
                type -> type.getFields().stream()
                        .filter(field ->
                                FLOATS.stream().anyMatch(field.getRawType().getBaseComponentType()::isEquivalentTo))
                        .map(JavaField::getDescription));
    }

    /// But a client of the HTTP API may, who is told to come back later and has nothing else to wait for.
    ArchRule nobodySleeps() {
        return rule(
                "not sleep: to wait is to wait for something",
                type -> accesses(type)
                        .filter(_ -> !type.getName().equals(root + ".drill.ShopClient"))
                        .filter(access -> is(access, Thread.class, "sleep")
                                || is(access, TimeUnit.class, "sleep")
                                || is(access, LockSupport.class, "parkNanos")
                                || is(access, LockSupport.class, "parkUntil"))
                        .map(JavaAccess::getDescription));
    }

    ArchRule timeIsTheDatabases() {
        return rule(
                "leave the time to shop_clock()",
                type -> accesses(type)
                        .filter(_ -> !OWN_CLOCK.contains(module(type))
                                && !type.getName().equals(root + ".kernel.Ids"))
                        .filter(access -> is(access, System.class, "currentTimeMillis")
                                || is(access, Date.class, "<init>")
                                || access.getTargetOwner().isAssignableTo(InstantSource.class)
                                || access.getTargetOwner().isAssignableTo(Clock.class)
                                || (access.getTargetOwner().getPackageName().equals("java.time")
                                        && access.getName().equals("now")))
                        .map(JavaAccess::getDescription));
    }

    private String relative(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(root) ? "" : name.substring(root.length() + 1);
    }

    /// The innermost row that a class belongs to; its package where there is none.
    private String module(JavaClass type) {
        String name = relative(type);
        return written.modules().keySet().stream()
                .filter(module -> isWithin(name, module))
                .max(comparingInt(String::length))
                .orElse(name);
    }

    /// The library that a class belongs to; its package where there is none.
    private String library(JavaClass type) {
        return written.libraries().keySet().stream()
                .filter(library -> isWithin(type.getPackageName(), library))
                .findFirst()
                .orElse(type.getPackageName());
    }

    private boolean isOurs(JavaClass type) {
        return isWithin(type.getPackageName(), root);
    }

    private static boolean isOfTheJdk(JavaClass type) {
        return type.isPrimitive() || JDK.stream().anyMatch(name -> isWithin(type.getPackageName(), name));
    }

    private static boolean isWithin(String name, String other) {
        return name.equals(other) || name.startsWith(other + ".");
    }

    private static Stream<Dependency> uses(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .filter(use -> !use.getTargetClass().isArray()); // its elements are told of by themselves
    }

    private static Stream<JavaAccess<?>> accesses(JavaClass type) {
        return type.getAccessesFromSelf().stream().map(access -> access);
    }

    private static boolean is(JavaAccess<?> access, Class<?> owner, String name) {
        return access.getTargetOwner().isEquivalentTo(owner) && access.getName().equals(name);
    }

    private static ArchRule rule(String description, Function<JavaClass, Stream<String>> violations) {
        return classes().should(new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                violations.apply(type).forEach(each -> events.add(SimpleConditionEvent.violated(type, each)));
            }
        });
    }
}
