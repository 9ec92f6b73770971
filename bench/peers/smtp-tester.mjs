/** smtp-tester is a library: this makes a server of it. Its `init` passes the "port" on to `listen` as it is. */
import smtpTester from 'smtp-tester';

smtpTester.init({ port: Number(process.argv[2]), host: '127.0.0.1' });
