/** Sample inputs of the shop's definitions. Amounts are in cents. */

/** For `food-order`. */
export function foodOrder(changes: Record<string, unknown> = {}) {
  return {
    customer: { id: "cus_ada", email: "ada@example.com" },
    restaurant: "Trattoria Da Enzo",
    items: [
      { name: "Pizza Margherita", quantity: 2, price: 950 },
      { name: "Tiramisu", quantity: 1, price: 600 },
    ],
    total: 2500,
    currency: "EUR",
    delivery: { address: "Via dei Vascellari 29, Roma", latitude: 41.8881, longitude: 12.4778 },
    card_token: "card_visa",
    ...changes,
  };
}

/** For `order-fulfilment`. */
export function fulfilmentOrder(changes: Record<string, unknown> = {}) {
  return {
    order_id: "ord_1001",
    customer: { id: "cus_ada", email: "ada@example.com" },
    items: [
      { sku: "coffee", quantity: 2 },
      { sku: "mug", quantity: 1 },
    ],
    total: 3900,
    currency: "EUR",
    card_token: "card_visa",
    address: { name: "Ada Lovelace", street: "Torstrasse 1", city: "Berlin", country: "DE" },
    ...changes,
  };
}
