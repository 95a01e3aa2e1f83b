/**
 * Load on PostgreSQL, with a connection of its own for each user (npm install pg).
 *
 *   npx boomer-node worker examples/postgres.ts --master-host 127.0.0.1
 *
 * with a master that knows the class
 * (locust --master -f locust/protocols.py PostgresUser --host postgresql://shop@127.0.0.1:5432/shop).
 */
import pg from 'pg';
import { User, constantPacing, task } from 'boomer-node';

export class PostgresUser extends User {
  static host = 'postgresql://postgres@127.0.0.1:5432/postgres';
  waitTime = constantPacing(0.05); // one task every 50 ms

  #database = new pg.Client({ connectionString: this.host ?? '', connectionTimeoutMillis: 5000, query_timeout: 10_000 });

  async onStart() {
    this.#database.on('error', () => {}); // the connection broke: the next query says so
    await this.measure('sql', 'connect', () => this.#database.connect());
    // A table that only this connection sees and that goes with it; yours will be there already.
    await this.#database.query('CREATE TEMP TABLE orders (id serial PRIMARY KEY, item int NOT NULL, price numeric NOT NULL)');
  }

  async onStop() {
    await this.#database.end();
  }

  /** A query with a name is prepared once a connection, as most applications do it. */
  @task(3)
  async order() {
    const values = [this.random.int(1, 100), 9.5];
    await this.measure('sql', 'insert order', () =>
      this.#database.query({ name: 'insert order', text: 'INSERT INTO orders (item, price) VALUES ($1, $2)', values }),
    );
  }

  @task(2)
  async total() {
    const { rows } = await this.measure('sql', 'sum of orders', () =>
      this.#database.query<{ total: string }>('SELECT coalesce(sum(price), 0) AS total FROM orders'),
    );
    if (Number(rows[0]?.total) % 9.5 !== 0) throw new Error('the orders do not add up');
  }

  /** A transaction is one row: what counts is when it is committed. */
  @task
  async cancelOldest() {
    await this.measure('sql', 'cancel an order', async () => {
      await this.#database.query('BEGIN');
      try {
        await this.#database.query('DELETE FROM orders WHERE id = (SELECT min(id) FROM orders)');
        await this.#database.query('COMMIT');
      } catch (error) {
        await this.#database.query('ROLLBACK');
        throw error;
      }
    });
  }
}
