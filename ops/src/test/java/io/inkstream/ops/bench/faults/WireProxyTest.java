package io.inkstream.ops.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class WireProxyTest {
    private ServerSocket real;
    private ServerSocket impostor;
    private WireProxy proxy;

    @BeforeEach
    void start() throws Exception {
        real = answering('r');
        impostor = answering('i');
        proxy = new WireProxy(real.getLocalPort(), impostor.getLocalPort());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        real.close();
        impostor.close();
    }

    @Test
    void whatIsSaidIsPassedOnInBothDirections() throws Exception {
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo('r');
            assertThat(ask(client)).isEqualTo('r');
        }
    }

    @Test
    void whatIsSaidWhileItIsHeldBackComesThroughAllTheSame() throws Exception {
        proxy.delay(20);

        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo('r');
        }
    }

    @Test
    void whatIsCutEndsAndNothingComesThroughUntilItIsMended() throws Exception {
        try (Socket client = connect();
                Socket late = connect()) {
            assertThat(ask(client)).isEqualTo('r');
            proxy.cut();

            assertThat(isBroken(client)).isTrue();
            assertThat(isBroken(late)).isTrue();
            try (Socket another = connect()) {
                assertThat(isBroken(another)).isTrue();
            }
        }
        proxy.mend();
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo('r');
        }
    }

    @Test
    void whoIsFooledMeetsTheOtherServerUntilItIsMended() throws Exception {
        proxy.fool();
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo('i');
            proxy.mend();
            assertThat(isBroken(client)).isTrue();
        }
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo('r');
        }
    }

    private Socket connect() throws IOException {
        String address = proxy.address();
        return new Socket(
                InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private static int ask(Socket client) throws IOException {
        client.getOutputStream().write('?');
        return client.getInputStream().read();
    }

    private static boolean isBroken(Socket client) {
        try {
            return ask(client) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** A server that answers every byte with its own. */
    private static ServerSocket answering(char answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    Thread thread = new Thread(() -> answer(client, answer));
                    thread.setDaemon(true);
                    thread.start();
                } catch (IOException e) {
                    return;
                }
            }
        });
        accepting.setDaemon(true);
        accepting.start();
        return server;
    }

    private static void answer(Socket client, char answer) {
        try (client) {
            while (client.getInputStream().read() >= 0) {
                client.getOutputStream().write(answer);
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }
}
