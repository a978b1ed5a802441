package io.inkstream.ops.stack;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Runs another class's {@code main} in a process that ends when the process that started it ends, however that ended.
 *
 * <p>The parent holds the other end of standard input and writes nothing to it. When the parent dies, kill -9
 * included, the operating system closes that pipe; the end of the stream is the order to go. The class needs the JDK
 * only, since it stands in front of programs with classpaths of their own.
 */
public final class Leash {
    private static final int TERMINATED = 143;

    private Leash() {}

    /**
     * @param args the class to run, then its own arguments
     * @throws Throwable whatever that class throws
     */
    public static void main(String[] args) throws Throwable {
        // Ctrl-C reaches every process of a terminal at once; the parent alone decides in which order they stop.
        Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
        Thread leash = new Thread(Leash::haltWithParent, "leash");
        leash.setDaemon(true);
        leash.start();
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void haltWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever said on this line; only its end matters.
            }
        } catch (IOException e) {
            // A broken line is an ended one.
        }
        // Without shutdown hooks: nobody is left to read what they would save, and they may wait for dead neighbours.
        Runtime.getRuntime().halt(TERMINATED);
    }
}
