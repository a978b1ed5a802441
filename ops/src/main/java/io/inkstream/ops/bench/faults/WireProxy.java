package io.inkstream.ops.bench.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between clients and a server, passes on every byte, and can be told to do that late, not at all, or to another
 * server instead. Only on the loopback interface.
 */
final class WireProxy implements AutoCloseable {
    private static final int BUFFER = 16 << 10;
    private static final int CONNECT_MS = 1_000;

    private final ServerSocket listener;
    private final int server;
    private final int impostor;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile long delayNanos;
    private volatile boolean isCut;
    private volatile boolean isFooled;
    private volatile boolean isClosed;

    /**
     * Begins to listen.
     *
     * @param server port of the real one; need not be there yet
     * @param impostor port of the other one
     */
    WireProxy(int server, int impostor) throws IOException {
        this.server = server;
        this.impostor = impostor;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread("wire-proxy", this::accept);
    }

    /** Where clients connect. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** From now on every piece is held back for this long, in both directions. */
    void delay(long millis) {
        delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Breaks what is connected, and whatever connects. */
    void cut() {
        isCut = true;
        breakAll();
    }

    /** Breaks what is connected; whoever connects from now on meets the other server. */
    void fool() {
        isFooled = true;
        breakAll();
    }

    /** Ends all trouble; connections to the other server break. */
    void mend() {
        boolean wasFooled = isFooled;
        delayNanos = 0;
        isCut = false;
        isFooled = false;
        if (wasFooled) {
            breakAll();
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        listener.close();
        breakAll();
    }

    private void accept() {
        while (!isClosed) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                thread("wire-connection", () -> connect(client));
            } catch (IOException e) {
                if (!isClosed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        sockets.add(upstream);
        try {
            if (isCut) {
                throw new IOException("cut");
            }
            int port = isFooled ? impostor : server;
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            thread("wire-up", () -> pump(client, upstream));
            pump(upstream, client);
        } catch (IOException e) {
            end(client);
            end(upstream);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                long until = System.nanoTime() + delayNanos;
                for (long left = until - System.nanoTime(); left > 0 && !isClosed; left = until - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One of the two has gone, or was sent away; so does the other.
        } finally {
            end(from);
            end(to);
        }
    }

    private void breakAll() {
        sockets.forEach(this::end);
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        closeQuietly(socket);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    private static void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
