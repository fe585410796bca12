//! `calls` and `dependencies`: what the services of a recording need of each other, of databases and of queues.

use super::measures::{error, latency};
use super::service::ReadService;
use crate::formats::problem::grouped;
use crate::formats::reader::{Kind, Node, Object, Reader};
use crate::model::*;

/// The most `calls`, and the most `dependencies`, of a service.
const MOST_NEEDS: usize = 50;
/// The most calls of one kind for a request.
const MOST_CALLS: f64 = 100.0;

/// Reads `calls` and `dependencies` of all entries of `services`, once the services have their names.
pub(crate) fn read(reader: &mut Reader, nodes: &[Node<'_>], services: &mut [ReadService]) {
    let names: Vec<String> = services.iter().map(|read| read.service.name.clone()).collect();
    let mut given = false;
    for (index, node) in nodes.iter().enumerate().filter(|(_, node)| node.value.is_object()) {
        let entry = reader.open_free(node.clone());
        given |= entry.has("calls") || entry.has("dependencies");
        services[index].service.calls = calls(reader, &entry, index, &names);
        services[index].service.dependencies = dependencies(reader, &entry);
    }
    if !given && names.len() > 1 && names.iter().all(|name| sample_name(name).is_some()) {
        take_the_samples_own(reader, services, &names);
    }
    refuse_circles(reader, services);
}

fn calls(reader: &mut Reader, entry: &Object<'_>, caller: usize, names: &[String]) -> Vec<Call> {
    const CALL: &[(&str, Kind)] =
        &[("service", Kind::Read), ("perRequest", Kind::Read), ("optional", Kind::Read)];
    let mut calls: Vec<Call> = Vec::new();
    for node in reader.list(entry, "calls", MOST_NEEDS) {
        let object = reader.open(node, CALL);
        reader.require(&object, "service", "a call names the service it goes to");
        let per_request = reader.decimal(&object, "perRequest", 0.0..=MOST_CALLS).unwrap_or(1.0);
        let optional = reader.flag(&object, "optional").unwrap_or(false);
        let Some(name) = reader.name(&object, "service") else { continue };
        let path = object.path_of("service");
        let Some(service) = names.iter().position(|known| known == name) else {
            let known = names.iter().map(String::as_str);
            reader.refuse_name(path, format!("there is no service {name:?}"), name, known);
            continue;
        };
        if service == caller {
            reader.refuse(path, "a service does not call itself");
        } else if calls.iter().any(|call| call.service == service) {
            reader.refuse(path, format!("{name} is called already: perRequest says how often"));
        } else {
            calls.push(Call { service, per_request: (per_request * 1e6 + 0.5) as u64, optional });
        }
    }
    calls
}

fn dependencies(reader: &mut Reader, entry: &Object<'_>) -> Vec<Dependency> {
    const DEPENDENCY: &[(&str, Kind)] =
        &[("name", Kind::Read), ("errorPercent", Kind::Read), ("latencyMillis", Kind::Read)];
    let mut dependencies: Vec<Dependency> = Vec::new();
    for node in reader.list(entry, "dependencies", MOST_NEEDS) {
        let object = reader.open(node, DEPENDENCY);
        reader.require(&object, "name", "setDependency finds it by its name");
        let error = error(reader, &object);
        let latency = latency(reader, &object);
        let Some(name) = reader.name(&object, "name") else { continue };
        if dependencies.iter().any(|other| other.name == name) {
            reader.refuse(object.path_of("name"), format!("a dependency is called {name:?} already"));
        }
        dependencies.push(Dependency {
            name: name.to_owned(),
            error: error.unwrap_or_default(),
            latency: latency.unwrap_or_default(),
        });
    }
    dependencies
}

/// A service of the AWS retail store sample: what it calls, how often, and what it depends on.
struct Sample {
    name: &'static str,
    calls: &'static [(&'static str, u64)],
    dependencies: &'static [&'static str],
}

/// Who calls whom, and what each depends on, is the sample's; how often is our reading.
const SAMPLE: &[Sample] = &[
    Sample {
        name: "ui",
        calls: &[("catalog", 1_000_000), ("carts", 500_000), ("checkout", 100_000), ("orders", 100_000)],
        dependencies: &[],
    },
    Sample { name: "catalog", calls: &[], dependencies: &["catalog-db"] },
    Sample { name: "carts", calls: &[], dependencies: &["carts-db"] },
    Sample { name: "checkout", calls: &[("orders", 500_000)], dependencies: &["checkout-redis"] },
    Sample { name: "orders", calls: &[], dependencies: &["orders-db", "orders-queue"] },
];

/// What each of the sample's dependencies adds to a request.
const SAMPLE_LATENCY: Span = Span(5);

/// The sample's service that a name means; its cart service goes by two.
fn sample_name(name: &str) -> Option<&'static Sample> {
    let name = if name == "cart" { "carts" } else { name };
    SAMPLE.iter().find(|sample| sample.name == name)
}

fn take_the_samples_own(reader: &mut Reader, services: &mut [ReadService], names: &[String]) {
    let place = |wanted: &str| {
        names.iter().position(|name| sample_name(name).is_some_and(|sample| sample.name == wanted))
    };
    for read in services {
        let Some(sample) = sample_name(&read.service.name) else { continue };
        let called = sample.calls.iter().filter_map(|(name, often)| Some((place(name)?, *often)));
        read.service.calls =
            called.map(|(service, per_request)| Call { service, per_request, optional: false }).collect();
        let needed = sample.dependencies.iter();
        read.service.dependencies = needed
            .map(|name| Dependency { name: (*name).to_owned(), error: Ratio::ZERO, latency: SAMPLE_LATENCY })
            .collect();
    }
    let value = "the calls and dependencies of the AWS retail store sample";
    reader.assume("services", value, "the services are called as its services are");
}

/// Calls in a circle would never be answered.
fn refuse_circles(reader: &mut Reader, services: &mut [ReadService]) {
    let plain: Vec<Service> = services.iter().map(|read| read.service.clone()).collect();
    let order = call_order(&plain);
    for (index, service) in plain.iter().enumerate().filter(|(index, _)| !order.contains(index)) {
        for (number, call) in service.calls.iter().enumerate() {
            if reaches(&plain, call.service, index) {
                let (from, to) = (&service.name, &plain[call.service].name);
                reader.refuse(
                    format!("services[{index}].calls[{number}].service"),
                    format!("closes a circle: {from} calls {to}, and {to} leads back to {from}"),
                );
            }
        }
        services[index].service.calls.clear();
    }
}

/// Whether calls lead from one service to another.
fn reaches(services: &[Service], from: usize, to: usize) -> bool {
    let (mut seen, mut next) = (vec![false; services.len()], vec![from]);
    while let Some(service) = next.pop() {
        if service == to {
            return true;
        }
        if !std::mem::replace(&mut seen[service], true) {
            next.extend(services[service].calls.iter().map(|call| call.service));
        }
    }
    false
}

/// Refuses calls that multiply users' requests beyond what is simulated.
pub(crate) fn refuse_floods(reader: &mut Reader, services: &[Service], highest: Rate) {
    let mut rates = vec![0_u128; services.len()];
    rates[0] = u128::from(highest.0);
    let most = u128::from(MOST_REQUESTS_PER_SECOND) * 1000;
    for service in call_order(services) {
        if rates[service] > most {
            let (name, rate) = (&services[service].name, grouped((rates[service] / 1000) as u64));
            reader.refuse(
                "services",
                format!(
                    "the calls bring {rate} requests/s to {name}; at most {} are simulated",
                    Count::from(MOST_REQUESTS_PER_SECOND)
                ),
            );
            return;
        }
        for call in &services[service].calls {
            rates[call.service] += rates[service] * u128::from(call.per_request) / 1_000_000;
        }
    }
}
