"""Both gateways of the plant in one Python process, joined to a gateway network."""

from pathlib import Path

from runtime import GatewayNetwork, ScriptHost

HERE = Path(__file__).parent


def main() -> None:
    with ScriptHost.open(HERE / "line") as line, ScriptHost.open(HERE / "office") as office:
        GatewayNetwork().join(line, office)

        # Alice's client asks for the report; the line makes it and tells the office and her.
        alice = next(client for client in line.clients if client.identity.user == "alice")
        started = alice.run((HERE / "line/start_report.py").read_text(encoding="utf-8"))
        print(started.output, end="")
        line.drain(timeout=30)
        office.drain(timeout=30)

        for host in (line, office):
            for delivery in host.trace:
                print(f"{host.name}: {delivery.message.handler} to {delivery.receiver}: {delivery.status}")
                print("".join(f"    {text}\n" for text in delivery.output.splitlines()), end="")

        best = office.gateway.system.util.sendRequest("Reports", "BestShift")
        print(f"best shift today: {best['shift']}, {best['bottles']} bottles")


if __name__ == "__main__":
    main()
