package holdfast.mutants;

import static java.lang.classfile.ClassTransform.transformingMethodBodies;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// One thing that is changed in one class of the program, in its compiled form: so nothing of it is in the
/// program.
///
/// @param type the class, below `holdfast`
record Mutation(String type, String what, Change change) {

    /// Changes what it finds, and counts it.
    private interface Change {

        void accept(CodeBuilder code, CodeElement element, AtomicInteger found);
    }

    private static final ClassDesc BUGS = ClassDesc.of(Bugs.class.getName());

    /// A text says something else: mostly a piece of SQL.
    static Mutation text(String type, String from, String to) {
        return new Mutation(type, "says \"" + to.strip() + "\"", (code, element, found) -> {
            if (element instanceof LoadConstantInstruction load
                    && load.constantValue() instanceof String text
                    && text.contains(from)) {
                found.incrementAndGet();
                code.ldc(text.replace(from, to));
            } else {
                code.with(element);
            }
        });
    }

    /// A call that returns nothing is not made.
    static Mutation without(String type, String called) {
        return new Mutation(type, "does not " + called, (code, element, found) -> {
            if (isCall(element, called) && element instanceof InvokeInstruction call && returnsNothing(call)) {
                found.incrementAndGet();
                MethodTypeDesc shape = call.typeSymbol();
                for (int i = shape.parameterCount() - 1; i >= 0; i--) pop(code, shape.parameterType(i));
                if (call.opcode() != Opcode.INVOKESTATIC) code.pop();
            } else {
                code.with(element);
            }
        });
    }

    /// A call is made to one of the [Bugs] instead, which is told whom it was meant for.
    static Mutation instead(String type, String owner, String called, String bug) {
        Method method = Arrays.stream(Bugs.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(bug))
                .findFirst()
                .orElseThrow();
        MethodTypeDesc shape =
                MethodTypeDesc.ofDescriptor(MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .toMethodDescriptorString());
        return new Mutation(type, bug, (code, element, found) -> {
            if (isCall(element, called)
                    && element instanceof InvokeInstruction call
                    && call.owner().asInternalName().endsWith("/" + owner)) {
                found.incrementAndGet();
                code.invokestatic(BUGS, bug, shape);
            } else {
                code.with(element);
            }
        });
    }

    private static boolean isCall(CodeElement element, String called) {
        return element instanceof InvokeInstruction call && call.name().equalsString(called);
    }

    private static boolean returnsNothing(InvokeInstruction call) {
        return call.typeSymbol().returnType().descriptorString().equals("V");
    }

    private static void pop(CodeBuilder code, ClassDesc type) {
        String descriptor = type.descriptorString();
        if (descriptor.equals("J") || descriptor.equals("D")) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /// The class as it is with this.
    ///
    /// @param bytes of the class so far
    /// @throws AssertionError if there is nothing any more that could be changed so
    byte[] applyTo(byte[] bytes) {
        var found = new AtomicInteger();
        Predicate<MethodModel> all = _ -> true;
        CodeTransform each = (code, element) -> change.accept(code, element, found);
        byte[] changed =
                ClassFile.of().transformClass(ClassFile.of().parse(bytes), transformingMethodBodies(all, each));
        if (found.get() == 0) throw new AssertionError(type + " has nothing that can be changed so: " + what);
        return changed;
    }

    String name() {
        return "holdfast." + type;
    }

    /// The class as it is.
    static byte[] bytes(String name) {
        String file = "/" + name.replace('.', '/') + ".class";
        try (InputStream in = Objects.requireNonNull(Mutation.class.getResourceAsStream(file), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
