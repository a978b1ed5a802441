package io.inkstream.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressesTest {
    @Test
    void aTakenPortIsReplacedByAFreeOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = Addresses.portOr(taken.getLocalPort());

            assertThat(port).isNotEqualTo(taken.getLocalPort());
            new ServerSocket(port).close();
        }
    }

    @Test
    void aPortTakenOnAllInterfacesIsReplacedToo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(Addresses.portOr(taken.getLocalPort())).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void aFreePortIsKept() throws IOException {
        int port;
        try (ServerSocket probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        assertThat(Addresses.portOr(port)).isEqualTo(port);
    }

    @Test
    void noTwoPartsGetTheSamePort() {
        Addresses at = Addresses.anyFree(Shape.TWO_OF_EVERYTHING);

        assertThat(Stream.of(
                                at.brokers(),
                                at.controllers(),
                                List.of(at.registry()),
                                at.grpc(),
                                at.modelServerHttp(),
                                at.topologyHttp())
                        .flatMap(List::stream))
                .hasSize(3 + 3 + 1 + 2 + 2 + 2)
                .doesNotHaveDuplicates()
                .doesNotContain(0);
    }

    @Test
    void clientsAreToldAllBrokersAndAllModelServers() {
        Addresses at = Addresses.anyFree(Shape.TWO_OF_EVERYTHING);

        assertThat(at.bootstrap().split(",")).containsExactly(at.broker(0), at.broker(1), at.broker(2));
        assertThat(at.grpcTarget().split(",")).hasSize(2);
    }
}
